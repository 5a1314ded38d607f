"""The liaison officer's day: ring, record, follow up, hand over."""

import datetime

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import Select

from looking import axe, click, leave, log_in, look, open_browser, size
from support import Agent, free_port
from support.agent import ROOT
from support.desk import add_account
from support.london import day

FARMER = {"name": "a farmer", "phone": "07700 900123",
          "address": "Example Farm"}


def now(**ago):
    at = datetime.datetime.now(datetime.UTC) - datetime.timedelta(**ago)
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def incidents():
    """A coursing nobody attended, a tipping, and a camp that stands."""
    place = {"lat": 51.95, "lon": 0.45, "grade": 2,
             "location_text": "off Example Farm Lane"}
    return [
        {"id": "C-1", "opened_at": now(hours=3), "closed_at": now(hours=1),
         "informant": FARMER, **place, "log": [
             {"at": now(hours=3), "by": "CALL", "text":
              "Four males with lurchers hare coursing on his stubble, no"
              " permission."}]},
        {"id": "C-2", "opened_at": now(hours=2), "informant": FARMER,
         "closed_at": now(hours=1), **place, "log": [
             {"at": now(hours=2), "by": "CALL", "text":
              "Tipper seen fly tipping a load of tyres in the field"
              " gateway."}]},
        {"id": "C-3", "opened_at": now(hours=5), **place,
         "resources": [{"callsign": "ES42", "arrived_at": now(hours=4)}],
         "log": [{"at": now(hours=5), "by": "CALL", "text":
                  "Unauthorised encampment. Eight caravans have pulled onto"
                  " the farmer's field, gate chain cut, no permission."}]}]


@pytest.fixture(name="desk", scope="module")
def make_desk(tmp_path_factory):
    config = {"rules": f"{ROOT}/rules/packs/essex",
              "review": {"port": free_port()}}
    with Agent(config, folder=tmp_path_factory.mktemp("contact")) as agent:
        add_account(agent, "liaison", "reviewer,officer")
        agent.drop("three.ndjson", incidents())
        agent.wait_taken("three.ndjson")
        agent.url = f"http://127.0.0.1:{config['review']['port']}"
        yield agent


def text(browser):
    return browser.find_element(By.TAG_NAME, "main").text


def choose(browser, name, label):
    Select(browser.find_element(By.NAME, name)).select_by_visible_text(label)


def date(browser, name, value):
    """Date fields are typed in the reader's order; set them as picked."""
    browser.execute_script(
        "document.getElementsByName(arguments[0])[0].value = arguments[1]",
        name, value)


def open_all(browser):
    for part in browser.find_elements(By.CSS_SELECTOR,
                                      ".contact-log details"):
        browser.execute_script("arguments[0].open = true", part)


def test_a_day_of_the_liaison_officer(desk, browser):
    log_in(browser, desk)
    size(browser, "desk")
    browser.get(f"{desk.url}/incident/1")
    look(browser, "contact-none")
    open_all(browser)
    look(browser, "contact-form")
    size(browser, "desk")
    choose(browser, "outcome", "Spoke to them")
    choose(browser, "told", "We could not attend in time")
    choose(browser, "intelligence", "Passed on")
    choose(browser, "promise", "Ring back")
    date(browser, "due-day", day(2))
    for name in ("advice-gates", "advice-watch", "card", "mine"):
        browser.find_element(By.NAME, name).click()
    browser.find_element(By.ID, "contact-note").send_keys("after milking")
    click(browser, ".contact-form button")
    assert "Officers did not get to the fields" in text(browser)
    assert "falls to Review desk (liaison)" in text(browser)
    look(browser, "contact")
    size(browser, "desk")
    click(browser, ".contact a[href^='/contact/']")
    look(browser, "contact-correct")
    size(browser, "desk")
    choose(browser, "told", "Enquiries go on")
    click(browser, ".contact-form button")
    assert "Corrected by a later entry" in text(browser)
    click(browser, "a[href$='/card']")
    look(browser, "card")
    card = browser.find_element(By.CSS_SELECTOR, ".card").text
    assert "Reference: C-1" in card
    assert "07700" not in card and "Example" not in card


def test_follow_up(desk, browser):
    log_in(browser, desk)
    size(browser, "desk")
    click(browser, "nav a[href='/follow-up']")
    assert "Hare coursing that no unit attended" in text(browser)
    look(browser, "follow-up")
    size(browser, "desk")
    click(browser, ".item h3 a")
    look(browser, "follow-up-one")
    size(browser, "desk")
    date(browser, "due-day", day(5))
    browser.find_element(By.ID, "moved-note").send_keys("back on Monday")
    click(browser, "button[value=moved]")
    assert "back on Monday" in text(browser)
    choose(browser, "holder", "liaison")
    click(browser, "button[value=given]")
    choose(browser, "ending", "Done")
    here = browser.current_url
    click(browser, "button[value=closed]")
    browser.get(here)
    look(browser, "follow-up-closed")
    browser.get(f"{desk.url}/follow-up?who=mine")
    look(browser, "follow-up-mine")


def test_hand_over(desk, browser):
    log_in(browser, desk)
    size(browser, "desk")
    click(browser, "nav a[href='/hand-over']")
    browser.find_element(By.ID, "handover-note").send_keys(
        "C-3: team to attend again at first light.")
    click(browser, "form[action='/hand-over'][method=post] button")
    assert "first light" in text(browser)
    look(browser, "hand-over")
    browser.get(f"{desk.url}/hand-over?from-day=2020-01-01"
                "&to-day=2020-01-02")
    look(browser, "hand-over-empty")
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    assert axe(browser) == []
    assert not browser.find_element(By.TAG_NAME, "nav").is_displayed()


def test_without_scripts(desk, tmp_path):
    browser = open_browser(tmp_path, scripts=False)
    try:
        log_in(browser, desk)
        browser.get(f"{desk.url}/incident/2")
        leave(browser, lambda: browser.get(f"{desk.url}/incident/2"))
        browser.find_element(By.CSS_SELECTOR,
                             ".contact-log details summary").click()
        choose(browser, "outcome", "Left a message")
        click(browser, ".contact-form button")
        assert "We rang them: Left a message" in text(browser)
    finally:
        browser.quit()
