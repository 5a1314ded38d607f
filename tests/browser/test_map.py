"""The map in a real browser, and the list that says the same."""

import json
import time

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from looking import axe, click, log_in, look_at, open_browser, size
from support import Agent, free_port
from support.agent import ROOT
from support.desk import add_account
from test_pages import LOGS


def incidents(count):
    """So many of the last hours, two of them at one place."""
    out = []
    for i in range(count):
        code, log = LOGS[i % len(LOGS)]
        at = time.strftime("%Y-%m-%dT%H:%M:%SZ",
                           time.gmtime(time.time() - 3600 - 600 * i))
        out.append({
            "id": f"R-{i:04}", "opened_at": at, "grade": 2,
            "opening_code": code, "location_text": "off Example Farm Lane",
            "lat": 51.70 + (i // 2) * 0.05, "lon": 0.3 + (i // 2) * 0.08,
            "log": [{"at": at, "by": by, "text": text} for by, text in log]})
    return out


@pytest.fixture(name="desk", scope="module")
def make_desk(tmp_path_factory):
    folder = tmp_path_factory.mktemp("desk")
    config = {"rules": f"{ROOT}/rules/packs/essex",
              "review": {"port": free_port()}}
    with Agent(config, folder=folder) as agent:
        add_account(agent, "liaison", "reviewer,officer,tracks")
        agent.drop("some.ndjson", incidents(12))
        agent.wait_taken("some.ndjson")
        with open(f"{folder}/wood.geojson", "w", encoding="utf-8") as f:
            json.dump({"type": "Polygon", "coordinates": [[
                [0.4, 51.8], [0.5, 51.8], [0.5, 51.9], [0.4, 51.8]]]}, f)
        agent.command("area", "add", "wood", f"{folder}/wood.geojson")
        agent.url = f"http://127.0.0.1:{config['review']['port']}"
        yield agent


def signs(browser):
    return browser.find_elements(By.CSS_SELECTOR, "#map .sign")


def wait(browser, what):
    WebDriverWait(browser, 20).until(lambda b: what())


def listed(browser):
    return browser.find_elements(By.CSS_SELECTOR, "#maplist li")


def test_the_map_and_its_list(desk, browser):
    log_in(browser, desk)
    size(browser, "desk")
    browser.get(f"{desk.url}/map")
    wait(browser, lambda: signs(browser))
    assert len(listed(browser)) == 12
    wait(browser, lambda: browser.find_elements(
        By.CSS_SELECTOR, "#map path.ground"))
    look_at(browser, "map")
    size(browser, "desk")
    # Nearer, by the keyboard: the list follows, and the address.
    browser.get(f"{desk.url}/map?bbox=0.28,51.68,0.32,51.72&days=7")
    wait(browser, lambda: len(listed(browser)) == 2 and signs(browser))
    assert browser.find_element(By.CSS_SELECTOR, "#map .sign").text == "2"
    box = browser.find_element(By.CSS_SELECTOR, "[data-layer=areas]")
    box.click()
    frame = browser.find_element(By.ID, "map")
    for _ in range(3):
        frame.send_keys("-")
        time.sleep(0.3)
    wait(browser, lambda: len(listed(browser)) > 2)
    wait(browser, lambda: browser.find_elements(
        By.CSS_SELECTOR, "#map path.drawn"))
    assert "bbox=" in browser.current_url
    assert axe(browser) == []
    events = [json.loads(e["message"])["message"]
              for e in browser.get_log("performance")]
    asked = [e["params"]["request"]["url"] for e in events
             if e["method"] == "Network.requestWillBeSent"]
    asked = [url for url in asked if not url.startswith(("data:", "chrome:"))]
    assert any("/v1/map/incidents" in url for url in asked)
    assert [url for url in asked if not url.startswith(desk.url)] == []
    assert [e for e in browser.get_log("browser")
            if e["level"] == "SEVERE"] == []


def test_a_sign_tells_what_it_is(desk, browser):
    log_in(browser, desk)
    browser.get(f"{desk.url}/map?bbox=0.28,51.68,0.9,52.1&days=7")
    wait(browser, lambda: signs(browser))
    links = browser.find_elements(By.CSS_SELECTOR, "#maplist a")
    browser.execute_script("arguments[0].focus()", links[2])
    assert browser.find_elements(By.CSS_SELECTOR, "#maplist li.chosen")
    words = browser.find_element(By.ID, "maplist").text
    for part in ("Hare coursing", "alert", "km"):
        assert part in words


def test_without_scripts_the_list_is_the_page(desk, tmp_path):
    browser = open_browser(tmp_path, scripts=False)
    try:
        log_in(browser, desk)
        browser.get(f"{desk.url}/map")
        assert len(listed(browser)) == 12
        assert not browser.find_element(By.ID, "map").is_displayed()
        box = browser.find_element(By.CSS_SELECTOR, "[name=level]")
        box.click()
        click(browser, "#mapfilter button")
        assert 0 < len(listed(browser)) <= 12
        assert "Areas" in browser.page_source
    finally:
        browser.quit()
