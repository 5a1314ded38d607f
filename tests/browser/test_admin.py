"""The administrator's day at the review service, in a real browser."""

import sqlite3

import pytest
from selenium.webdriver.common.by import By

from support import Agent, Mosquitto, free_port
from support.agent import ROOT
from support.desk import add_account
from test_pages import (click, incidents, log_in, look_at,  # noqa: F401
                        make_browser, take_axe)


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
                            ("keeper", "administrator")):
            add_account(agent, name, roles)
        agent.drop("some.ndjson", incidents(8))
        agent.wait_taken("some.ndjson")
        broker.stop()
        agent.drop("more.ndjson", incidents(24)[8:])
        agent.wait_taken("more.ndjson")
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
    look_at(browser, "alerts")
    browser.get(f"{desk.url}/alerts?view=aside")
    assert "None was set aside" in browser.page_source
    browser.get(f"{desk.url}/alerts?view=dead")
    look_at(browser, "alerts-dead")
    click(browser, "tbody td a")
    assert "What to do" in browser.page_source
    look_at(browser, "alert-dead")
    browser.find_element(By.CSS_SELECTOR, "option[value=past]").click()
    click(browser, "form[action$=aside] button")
    assert "It does not matter any more" in browser.page_source
    look_at(browser, "alert-aside")
    browser.get(f"{desk.url}/alerts?view=dead")
    click(browser, "form[action$=retry-dead] button")
    assert "tried again" in browser.find_element(
        By.CSS_SELECTOR, ".done").text
    look_at(browser, "alerts-retried")


def test_who_was_told(desk, browser):
    log_in(browser, desk)
    browser.get(f"{desk.url}/incident/1")
    look_at(browser, "incident-told")
    click(browser, ".told a")
    look_at(browser, "alert-sent")
