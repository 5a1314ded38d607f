"""An officer finds a vehicle from half a plate, and what has to do with it."""

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from looking import axe, click, leave, log_in, look
from support import Agent, free_port
from support.agent import ROOT
from support.desk import add_account

CALLS = [
    ("2026-10-02T21:10", "Mill Lane, Great Example", 51.950, 0.450,
     "Four males with lurchers hare coursing on his stubble, silver Mitsubishi"
     " pickup index AB12 CDE left in the gateway. No permission.", {}),
    ("2026-10-09T22:40", "track off the B1053", 51.964, 0.461,
     "Lamping across the winter wheat. Only a partial index AB12, silver"
     " pickup, rear light out. Caller is staying in the house.", {}),
    ("2026-11-06T20:05", "Example Farm", 51.951, 0.449,
     "Same pickup as last month, VRM AB12 CDE, with a white van KX09 ZZA, dogs"
     " off the lead on the stubble, hare coursing again.",
     {"informant": {"phone": "07700 900123"}}),
    ("2026-11-07T08:30", "Example Farm", 51.951, 0.449,
     "Gate chain cut overnight, tyre tracks over the wheat. No hare seen.",
     {"informant": {"phone": "07700 900123"}}),
    ("2026-11-08T11:15", "lay-by, A120", 51.880, 0.560,
     "White van KX09 ZZA fly tipping tyres and builders rubble in the gateway.",
     {}),
]


@pytest.fixture(name="desk", scope="module")
def make_desk(tmp_path_factory):
    config = {"rules": f"{ROOT}/rules/packs/essex",
              "review": {"port": free_port()}}
    with Agent(config, folder=tmp_path_factory.mktemp("search")) as agent:
        add_account(agent, "liaison", "reviewer,officer")
        agent.drop("calls.ndjson", [
            {"id": f"V-{i:04}", "opened_at": f"{at}:00Z", "grade": 2,
             "location_text": place, "lat": lat, "lon": lon,
             "log": [{"at": f"{at}:00Z", "by": "CALL", "text": text}], **more}
            for i, (at, place, lat, lon, text, more) in enumerate(CALLS)])
        agent.wait_taken("calls.ndjson")
        agent.url = f"http://127.0.0.1:{config['review']['port']}"
        yield agent


def words(browser):
    return browser.find_element(By.TAG_NAME, "main").text


def test_a_vehicle_from_half_a_plate(desk, browser):
    log_in(browser, desk)
    browser.get(f"{desk.url}/vehicles")
    look(browser, "vehicles-empty")
    browser.find_element(By.ID, "plate").send_keys("*CDE")
    leave(browser, lambda: browser.switch_to.active_element.send_keys(
        Keys.ENTER))
    click(browser, "th a.plate")
    assert "Could be the same" in words(browser)
    assert "4 characters agree; 3 not read" in words(browser)
    assert "KX09ZZA, in 1 incident" in words(browser)
    assert "Beside it: silver, Mitsubishi, pickup" in words(browser)
    look(browser, "vehicles")
    click(browser, ".timeline a")
    assert "Same vehicle: AB12CDE" in words(browser)
    assert "The same telephone number rang" in words(browser)
    look(browser, "incident-links")
    browser.get(f"{desk.url}/vehicles?plate=*")
    assert "Give at least two letters" in words(browser)
    look(browser, "vehicles-mistake")


def test_words_and_place(desk, browser):
    log_in(browser, desk)
    browser.get(f"{desk.url}/search")
    look(browser, "search-empty")
    browser.find_element(By.ID, "q").send_keys("hare stubble")
    leave(browser, lambda: browser.switch_to.active_element.send_keys(
        Keys.ENTER))
    marked = [m.text for m in browser.find_elements(
        By.CSS_SELECTOR, ".snippet mark")]
    assert marked.count("stubble") == 2
    look(browser, "search")
    browser.find_element(By.CSS_SELECTOR, ".search summary").send_keys(
        Keys.ENTER)
    browser.find_element(By.ID, "near").send_keys("Saffron Walden", Keys.TAB)
    leave(browser, lambda: browser.switch_to.active_element.send_keys(
        Keys.CONTROL + "a", Keys.NULL, "0", Keys.ENTER))
    assert "Give a number of kilometres" in words(browser)
    look(browser, "search-mistake")
    browser.get(f"{desk.url}/search?q=helicopter")
    assert "Nothing was found" in words(browser)
    look(browser, "search-none")


def test_why_not(desk, browser):
    log_in(browser, desk)
    browser.get(f"{desk.url}/search?q=V-0003")
    click(browser, ".found a")
    passed = browser.find_element(By.CSS_SELECTOR, ".log .uncounted")
    assert passed.text == "hare"
    assert "Not counted, denied: Hare coursing" in words(browser)
    look(browser, "incident-uncounted")
    click(browser, "a[href$='/why-not']")
    assert browser.find_elements(By.CSS_SELECTOR, ".absent"), words(browser)
    assert "Nearest rule: " in browser.page_source
    look(browser, "why-not")


def test_a_series(desk, browser):
    """Links are judged, incidents put in a series, found again in it."""
    log_in(browser, desk)
    browser.get(f"{desk.url}/series")
    assert "Found by the rules" in words(browser)
    look(browser, "series-empty")
    browser.get(f"{desk.url}/search?q=V-0002")
    click(browser, ".found a")
    click(browser, ".links button[value='confirm']")
    assert "Confirmed by liaison" in words(browser)
    click(browser, ".links button[value='reject']")
    browser.find_element(By.CSS_SELECTOR, "#series ~ details summary").click()
    look(browser, "incident-judged")
    browser.find_element(By.ID, "series-name").send_keys("Silver pickup")
    browser.find_element(By.ID, "series-reason").send_keys("same plate twice")
    leave(browser, lambda: browser.find_element(
        By.ID, "series-reason").send_keys(Keys.ENTER))
    assert "same plate twice" in words(browser)
    look(browser, "series-one")
    click(browser, "nav a[href='/series']")
    assert "Silver pickup" in words(browser)
    look(browser, "series")
