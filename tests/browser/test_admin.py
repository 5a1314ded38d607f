"""The administrator's day at the review service, in a real browser."""

import os
import sqlite3

import pytest
from selenium.webdriver.common.by import By

from support import Agent, Mosquitto, free_port
from support.agent import ROOT
from support.desk import add_account
from looking import axe, click, log_in, look_at, size
from test_pages import incidents


def glance(browser, name):
    """As look_at, with axe once: for states whose like was looked at."""
    if os.environ.get("BUZZARD_PICTURES"):
        look_at(browser, name)
        return
    assert axe(browser) == [], name
    size(browser, "phone")
    assert browser.execute_script(
        "return document.documentElement.scrollWidth <= innerWidth"), name
    size(browser, "desk")


FAULTY = "".join([
    '{"id": "BAD-1", "opened_at": "yesterday at ten"}\n',
    '{"opened_at": "2026-11-14T18:00:00Z", "log": [{"by": "CALL"}]}\n' * 3,
    '{"id": "BAD-9", "opened_at": "2026-11-14T18:00:00Z", "log": [\n'])


@pytest.fixture(name="desk", scope="module")
def make_desk(tmp_path_factory):
    """An agent with alerts that wait, went and died."""
    folder = tmp_path_factory.mktemp("admin")
    broker = Mosquitto(folder=folder / "broker").start()
    config = {
        "rules": f"{ROOT}/rules/packs/essex",
        "review": {"port": free_port()},
        "channels": [{"name": "broker", "type": "mqtt", "host": "localhost",
                      "port": broker.port, "tls": "none",
                      "client_id": "buzzard-test"}],
        "recipients": [{"name": "map", "channel": "broker",
                        "audience": "team",
                        "topic": "rural/v1/alert/{district}/{theme}"}]}
    with Agent(config, folder=folder) as agent:
        for name, roles in (("liaison", "reviewer,officer"),
                            ("analyst", "analyst"),
                            ("keeper", "administrator")):
            add_account(agent, name, roles)
        agent.drop("some.ndjson", incidents(8))
        agent.wait_taken("some.ndjson")
        broker.stop()
        agent.drop("more.ndjson", incidents(24)[8:])
        agent.wait_taken("more.ndjson")
        agent.drop("bad.ndjson", FAULTY)
        agent.wait_taken("bad.ndjson")
        agent.stop()
        with sqlite3.connect(f"{agent.state}/buzzard.db") as db:
            db.execute(
                "UPDATE outbox SET state = 3, done_ms = created_ms + 3600000,"
                " last_error = 'given up: waited 60 min and the channel was"
                " never ready', lease_ms = NULL"
                " WHERE id % 2 = 0 AND state < 2")
        agent.start()
        agent.url = f"http://127.0.0.1:{config['review']['port']}"
        yield agent
    broker.stop()


def test_alerts(desk, browser):
    """Find what did not arrive, set one aside, try the others again."""
    log_in(browser, desk, "keeper")
    browser.get(f"{desk.url}/alerts")
    glance(browser, "alerts")
    browser.get(f"{desk.url}/alerts?view=aside")
    assert "None was set aside" in browser.page_source
    browser.get(f"{desk.url}/alerts?view=dead")
    glance(browser, "alerts-dead")
    click(browser, "tbody td a")
    assert "What to do" in browser.page_source
    glance(browser, "alert-dead")
    browser.find_element(By.CSS_SELECTOR, "option[value=past]").click()
    click(browser, "form[action$=aside] button")
    assert "It does not matter any more" in browser.page_source
    glance(browser, "alert-aside")
    browser.get(f"{desk.url}/alerts?view=dead")
    click(browser, "form[action$=retry-dead] button")
    assert "tried again" in browser.find_element(
        By.CSS_SELECTOR, ".done").text
    glance(browser, "alerts-retried")


def test_who_was_told(desk, browser):
    log_in(browser, desk)
    browser.get(f"{desk.url}/incident/1")
    glance(browser, "incident-told")
    click(browser, ".told a")
    glance(browser, "alert-sent")


def test_feeds_and_quarantine(desk, browser):
    """See that something could not be read, look at it, throw it away."""
    log_in(browser, desk, "keeper")
    browser.get(f"{desk.url}/feeds")
    look_at(browser, "feeds")
    click(browser, ".facts a")
    look_at(browser, "quarantine")
    click(browser, "td a[href^='/quarantine/']")
    glance(browser, "quarantined")
    click(browser, "form[action$=replay] button")
    assert "It still cannot be read" in browser.page_source
    browser.back()
    browser.find_element(By.CSS_SELECTOR, "option[value=damaged]").click()
    click(browser, "form[action$=drop] button")
    click(browser, "form[action='/quarantine/replay'] button")
    assert "to be taken in" in browser.page_source
    glance(browser, "quarantine-asked")


def test_retention(desk, browser):
    """Hold an incident, find it among what is held, end the hold."""
    log_in(browser, desk)
    browser.get(f"{desk.url}/incident/2")
    browser.find_element(By.CSS_SELECTOR,
        "details:has(form[action$=hold]) summary").click()
    browser.find_element(By.ID, "hold-why").send_keys("A court asks for it")
    click(browser, "form[action$=hold] button")
    assert "A court asks for it" in browser.page_source
    glance(browser, "incident-held")
    browser.get(f"{desk.url}/retention")
    look_at(browser, "retention")
    click(browser, "td a[href$='#kept'], th a[href$='#kept']")
    click(browser, "form[action$=release] button")
    assert "Was held" in browser.page_source


def test_rules(desk, browser):
    log_in(browser, desk, "analyst")
    browser.get(f"{desk.url}/rules")
    assert "What each rule said" in browser.page_source
    glance(browser, "rules")
