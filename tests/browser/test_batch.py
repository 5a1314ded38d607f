"""Deciding several together in a real browser: ticked with the keyboard, a
range by Shift, the preview, the act and its undoing."""

import pytest
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from looking import leave, log_in, look, open_browser, press, size
from support import Agent, free_port
from support.desk import add_account

RULES = """\
themes hare-coursing, fly-tipping

rule coursing "Hare coursing"
    theme hare-coursing
    give 30 when text has "coursing"
    give 40 when text has "lurchers"
    alert from 60, review from 30
"""


@pytest.fixture(name="desk", scope="module")
def make_desk(tmp_path_factory):
    folder = tmp_path_factory.mktemp("batch")
    (folder / "rules").mkdir()
    (folder / "rules" / "small.rules").write_text(RULES)
    config = {"rules": str(folder / "rules"),
              "review": {"port": free_port()}}
    with Agent(config, folder=folder) as agent:
        add_account(agent, "liaison", "reviewer,officer")
        agent.drop("a.ndjson", [
            {"id": f"Q-{i}", "opened_at": f"2026-11-14T18:0{i}:00Z",
             "grade": 2, "lat": 51.95, "lon": 0.45,
             "log": [{"at": "2026-11-14T18:00:00Z", "by": "CALL",
                      "text": "coursing"
                      + (" with lurchers" if i == 7 else "")}]}
            for i in range(8)])
        agent.wait_taken("a.ndjson")
        agent.url = f"http://127.0.0.1:{config['review']['port']}"
        yield agent


def ticked(browser):
    return [box.get_attribute("value") for box in browser.find_elements(
        By.CSS_SELECTOR, ".queue .pick input:checked")]


def said(browser):
    return browser.find_element(By.CSS_SELECTOR, ".picked").text


def button(browser, words):
    return next(b for b in browser.find_elements(By.TAG_NAME, "button")
                if b.text.startswith(words))


def tap(browser, keys):
    """Keys that stay on the page."""
    ActionChains(browser).send_keys(keys).perform()


def test_several_with_the_keyboard(desk, browser):
    log_in(browser, desk)
    size(browser, "desk")
    assert browser.find_element(By.CSS_SELECTOR, ".picks").get_attribute(
        "open") is None
    look(browser, "batch-closed")
    tap(browser, "jxjjx")  # the first, and the third
    assert len(ticked(browser)) == 2 and said(browser) == "2 selected"
    tap(browser, "x")
    assert len(ticked(browser)) == 1
    # Shift takes all between the last that was clicked and this one.
    boxes = browser.find_elements(By.CSS_SELECTOR, ".queue .pick input")
    boxes[2].click()
    ActionChains(browser).key_down(Keys.SHIFT).click(boxes[5]).key_up(
        Keys.SHIFT).perform()
    assert said(browser) == "5 selected"
    look(browser, "batch-ticked")
    tap(browser, "b")
    assert browser.switch_to.active_element.text == "Confirm…"
    # The gravest is in the list, at its top, and asks for its own tick.
    leave(browser, lambda: button(browser, "Reject…").click())
    assert "Will be rejected: 4" in browser.page_source
    assert "Only if you tick each: 1" in browser.page_source
    look(browser, "batch-preview")
    grave = browser.find_element(By.NAME, "grave")
    assert not grave.is_selected()
    # Without a reason nothing goes out.
    button(browser, "Reject those").click()
    assert browser.current_url.startswith(f"{desk.url}/batch?")
    browser.find_element(By.ID, "why").send_keys("a test of the alarm")
    leave(browser, lambda: button(browser, "Reject those").click())
    assert "liaison rejected 4 incidents" in browser.page_source
    look(browser, "batch-done")
    press(browser, "u")
    assert "Undone by liaison" in browser.page_source
    look(browser, "batch-undone")
    browser.get(f"{desk.url}/batches")
    look(browser, "batches")
    browser.get(desk.url)
    assert len(browser.find_elements(By.CSS_SELECTOR, ".queue .item")) == 8


def test_the_whole_page_and_no_scripts(desk, browser, tmp_path):
    log_in(browser, desk)
    tap(browser, "b")
    browser.find_element(By.CSS_SELECTOR, "[data-pick]").click()
    assert said(browser) == "8 selected"
    browser.find_element(By.CSS_SELECTOR, "[data-pick]").click()
    assert said(browser) == ""
    plain = open_browser(tmp_path / "plain", scripts=False)
    try:
        log_in(plain, desk)
        plain.get(f"{desk.url}/?pick=page")
        leave(plain, lambda: button(plain, "Confirm…").click())
        assert "Will be confirmed: 8" in plain.page_source
        leave(plain, lambda: button(plain, "Confirm those").click())
        assert "liaison confirmed 8 incidents" in plain.page_source
        leave(plain, lambda: button(plain, "Undo all").click())
        assert plain.page_source.count("Again as it was before") == 8
    finally:
        plain.quit()


def test_views_are_kept_changed_and_deleted(desk, browser):
    log_in(browser, desk)
    browser.get(f"{desk.url}/?theme=hare-coursing")
    browser.find_element(By.CSS_SELECTOR, ".keep summary").click()
    look(browser, "view-keep")
    browser.find_element(By.ID, "view-name").send_keys("Hares")
    leave(browser, lambda: button(browser, "Keep it").click())
    look(browser, "views")
    leave(browser, lambda: button(browser, "Start here").click())
    browser.get(desk.url)
    assert browser.current_url.endswith("/?theme=hare-coursing")
    now = browser.find_element(By.CSS_SELECTOR, ".views [aria-current]")
    assert now.text == "Hares"
    look(browser, "view-queue")
    leave(browser, browser.find_element(By.LINK_TEXT, "All").click)
    leave(browser, browser.find_element(By.LINK_TEXT, "Change views").click)
    leave(browser, browser.find_element(By.LINK_TEXT, "Hares").click)
    look(browser, "view")
    leave(browser, browser.find_element(By.LINK_TEXT, "Delete it").click)
    look(browser, "view-delete")
    leave(browser, lambda: button(browser, "Delete it").click())
    assert "Hares" not in browser.find_element(By.TAG_NAME, "main").text
