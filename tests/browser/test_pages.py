"""Each user's day at the review service, in a real browser."""

import json

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

from looking import (axe, click, log_in, look_at, open_browser,
                     photograph, press)
from support import Agent, free_port
from support.agent import ROOT
from support.desk import add_account

LOGS = [
    ("SUSPICIOUS CIRCS", [
        ("CALL", "Four males with lurchers hare coursing on his stubble, silver"
                 " estate AB12 CDE left in the gateway. No permission."),
        ("OPERATOR", "Caller is staying in the farmhouse, not approaching."),
        ("CALL", "Dogs have been slipped twice now. They are still there.")]),
    ("FLY TIPPING", [
        ("CALL", "Tipper seen fly tipping a load of tyres and builders rubble"
                 " in the field gateway, track blocked."),
        ("UNIT", "Area searched, no trace of the lorry.")]),
    ("TRESPASS", [
        ("CALL", "Unauthorised encampment. Eight caravans have pulled onto the"
                 " farmer's field, gate chain cut, no permission."),
        ("SUPERVISOR", "Council informed, team to attend.")]),
    ("THEFT", [
        ("CALL", "Quad bike and a trailer stolen overnight from the barn at"
                 " Example Farm, padlock cropped.")]),
]


def incidents(count):
    """So many that are tagged, some in progress, with their places."""
    out = []
    for i in range(count):
        code, log = LOGS[i % len(LOGS)]
        at = f"2026-11-14T{6 + i // 30:02}:{i * 2 % 60:02}"
        out.append({
            "id": f"R-{i:04}", "opened_at": f"{at}:00Z", "grade": 2,
            "opening_code": code, "location_text": "off Example Farm Lane",
            "lat": 51.95 + i * 0.001, "lon": 0.45,
            "log": [{"at": f"{at}:{n:02}Z", "by": by, "text": text}
                    for n, (by, text) in enumerate(log)]})
    return out


@pytest.fixture(name="desk", scope="module")
def make_desk(tmp_path_factory):
    config = {"rules": f"{ROOT}/rules/packs/essex",
              "review": {"port": free_port()}}
    with Agent(config, folder=tmp_path_factory.mktemp("desk")) as agent:
        add_account(agent, "liaison", "reviewer,officer")
        add_account(agent, "auditor", "auditor")
        agent.drop("fifty.ndjson", incidents(50))
        agent.wait_taken("fifty.ndjson")
        agent.url = f"http://127.0.0.1:{config['review']['port']}"
        yield agent


def test_every_page_can_be_used_by_everybody(desk, browser):
    browser.get(f"{desk.url}/login")
    look_at(browser, "login")
    browser.find_element(By.ID, "name").send_keys("liaison")
    browser.find_element(By.ID, "password").send_keys("wrong", Keys.ENTER)
    WebDriverWait(browser, 20).until(lambda b: b.find_elements(
        By.CSS_SELECTOR, ".problem"))
    look_at(browser, "login-wrong")
    log_in(browser, desk)
    look_at(browser, "queue")
    press(browser, "?")
    assert browser.current_url == f"{desk.url}/help#the-queue"
    look_at(browser, "help")
    browser.get(f"{desk.url}/?district=Nowhere")
    look_at(browser, "queue-empty")
    browser.get(f"{desk.url}/incident/1")
    look_at(browser, "incident")
    browser.get(f"{desk.url}/incident/9999")
    look_at(browser, "not-found")
    browser.get(f"{desk.url}/audit")
    look_at(browser, "not-allowed")
    click(browser, ".account button")
    log_in(browser, desk, "auditor")
    look_at(browser, "audit")


def test_nothing_is_asked_of_another_host(desk, browser):
    log_in(browser, desk)
    browser.get(f"{desk.url}/incident/1")
    events = [json.loads(e["message"])["message"]
              for e in browser.get_log("performance")]
    asked = [e["params"]["request"]["url"] for e in events
             if e["method"] == "Network.requestWillBeSent"]
    asked = [url for url in asked if not url.startswith(("data:", "chrome:"))]
    assert len(asked) > 3
    assert [url for url in asked if not url.startswith(desk.url)] == []
    # Nothing was refused by the content security policy, nothing failed.
    assert [e for e in browser.get_log("browser")
            if e["level"] == "SEVERE"] == []


def test_the_keyboard_reaches_everything(desk, browser):
    log_in(browser, desk)
    browser.get(f"{desk.url}/incident/1")
    wanted = browser.execute_script(
        "const seen = [...document.querySelectorAll('a[href], select, summary,"
        " button:enabled, input:not([type=hidden]), textarea,"
        " [tabindex=\"0\"]')].filter(e => e.checkVisibility());"
        "const name = (e) => e.type === 'radio' ? e.name : e;"  # one of each
        "return new Set(seen.map(name)).size")
    reached = set()
    body = browser.find_element(By.TAG_NAME, "body")
    body.send_keys(Keys.TAB)
    for _ in range(wanted + 2):
        at = browser.switch_to.active_element
        if at.id in reached:
            break
        reached.add(at.id)
        at.send_keys(Keys.TAB)
    assert len(reached - {body.id}) == wanted


def test_a_second_tap_decides_nothing_unread(desk, browser):
    log_in(browser, desk)
    click(browser, ".item h2 a")
    first = browser.find_element(By.TAG_NAME, "h1").text
    # However slow the machine is, the next page has only just come.
    script = browser.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {
        "source": "const real = performance.now.bind(performance);"
                  "performance.now = () => window.isRead ? real() : 100;"})
    press(browser, "c")
    second = browser.find_element(By.TAG_NAME, "h1").text
    browser.find_element(By.TAG_NAME, "body").send_keys("c")  # too soon
    assert browser.find_element(By.TAG_NAME, "h1").text == second != first
    browser.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", script)
    browser.execute_script("window.isRead = true")
    press(browser, "u")
    assert browser.find_element(By.TAG_NAME, "h1").text == first


def test_without_scripts(desk, tmp_path):
    browser = open_browser(tmp_path, scripts=False)
    try:
        log_in(browser, desk)
        click(browser, ".item h2 a")
        ref = browser.find_element(By.TAG_NAME, "h1").text
        click(browser, ".decide button[value=reject]")
        assert browser.find_element(By.TAG_NAME, "h1").text != ref
        click(browser, ".done button")
        assert browser.find_element(By.TAG_NAME, "h1").text == ref
        assert "undone by liaison" in browser.page_source
    finally:
        browser.quit()


def test_fifty_incidents_with_the_keyboard(desk, browser):
    """From the queue to an empty one in at most 100 presses."""
    log_in(browser, desk)
    presses = 1
    press(browser, "o")
    while "/incident/" in browser.current_url and presses <= 100:
        if presses == 20:  # a slip of the finger
            press(browser, "r")
            press(browser, "u")
            presses += 2
        press(browser, "c" if presses % 3 else "r")
        presses += 1
        if presses in (2, 30):
            assert axe(browser) == []
    photograph(browser, "queue-finished")
    assert "Nothing waits for a decision" in browser.page_source
    assert presses <= 60
    assert axe(browser) == []
