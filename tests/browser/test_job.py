"""An officer takes a job from a phone, by the link in an alert."""

import json

import pytest
from selenium.webdriver.common.by import By

from looking import axe, click, log_in, look_at, open_browser, size
from support import Agent, Mosquitto, Subscriber, free_port, wait_for
from support.agent import ROOT
from support.desk import add_account

LOG = [("CALL", "Four males with lurchers hare coursing on his stubble, silver"
                " estate AB12 CDE left in the gateway. No permission."),
       ("CALL", "Dogs have been slipped twice now. They are still there.")]


@pytest.fixture(name="desk", scope="module")
def make_desk(tmp_path_factory):
    folder = tmp_path_factory.mktemp("desk")
    port = free_port()
    with Mosquitto(folder / "broker") as broker, Subscriber(broker) as heard:
        config = {
            "rules": f"{ROOT}/rules/packs/essex",
            "review": {"port": port, "url": f"http://127.0.0.1:{port}"},
            "channels": [{"name": "broker", "type": "mqtt",
                          "host": "localhost", "port": broker.port,
                          "tls": "none"}],
            "recipients": [{"name": "team-phone", "channel": "broker",
                            "audience": "team", "topic": "alert/team"},
                           {"name": "council", "channel": "broker",
                            "audience": "partner",
                            "topic": "alert/partner"}]}
        with Agent(config, folder=folder) as agent:
            add_account(agent, "liaison", "reviewer,officer")
            agent.drop("one.ndjson", [{
                "id": "R-0001", "opened_at": "2026-11-14T06:00:00Z",
                "grade": 2, "opening_code": "SUSPICIOUS CIRCS",
                "location_text": "off Example Farm Lane", "lat": 51.95,
                "lon": 0.45,
                "log": [{"at": f"2026-11-14T06:0{i}:00Z", "by": by,
                         "text": text} for i, (by, text) in enumerate(LOG)]}])
            agent.wait_taken("one.ndjson")
            agent.url, agent.heard = f"http://127.0.0.1:{port}", heard
            yield agent


def link_on(desk, topic):
    wait_for(lambda: [m for m in desk.heard.messages if m.topic == topic],
             20, "an alert")
    return json.loads([m for m in desk.heard.messages
                       if m.topic == topic][0].payload)["link"]


def text_of(browser, selector):
    return browser.find_element(By.CSS_SELECTOR, selector).text


def test_a_job_is_taken_from_a_phone(desk, browser, tmp_path):
    link = link_on(desk, "alert/team")
    browser.get(link)
    look_at(browser, "job")
    size(browser, "phone")
    browser.find_element(By.ID, "note").send_keys("ten minutes away")
    click(browser, "button[value=take]")
    assert "you have it" in text_of(browser, ".outcome")
    look_at(browser, "job-taken")
    browser.refresh()  # what a phone does when it wakes
    assert "you have it" in text_of(browser, ".outcome")

    # Without scripts, by another link: a partner.
    (tmp_path / "other").mkdir()
    other = open_browser(tmp_path / "other", scripts=False)
    try:
        other.get(link_on(desk, "alert/partner"))
        assert "team-phone has it" in text_of(other, ".holder")
        assert "AB12CDE" not in other.page_source
        click(other, "button[value=not-for-us]")
        assert "not for you" in text_of(other, ".outcome")
    finally:
        other.quit()

    # At the desk: queue, incident, the same screen.
    log_in(browser, desk)
    size(browser, "desk")
    assert "team-phone has it" in text_of(browser, ".item")
    click(browser, ".item h2 a")
    assert "team-phone has it" in browser.page_source.replace("</strong>", "")
    assert axe(browser) == []
    browser.get(f"{desk.url}/job/1")
    look_at(browser, "job-desk")
    click(browser, "button[value=release]")
    assert "given up" in text_of(browser, ".outcome")
    assert [e for e in browser.get_log("browser")
            if e["level"] == "SEVERE"] == []


def test_links_that_open_nothing(desk, browser):
    browser.get(link_on(desk, "alert/team") + "0")
    look_at(browser, "job-not-open")
    assert "opens nothing" in browser.page_source
