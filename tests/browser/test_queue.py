"""The queue in a real browser: what comes while it is open."""

import json
import os

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import Select, WebDriverWait

from looking import axe, click, log_in, look, look_at, photograph, scheme, size
from support import Agent, free_port
from support.agent import ROOT
from support.desk import add_account
from test_pages import incidents


@pytest.fixture(name="desk")
def make_desk(tmp_path):
    config = {"rules": f"{ROOT}/rules/packs/essex",
              "review": {"port": free_port()}}
    with Agent(config, folder=tmp_path / "desk") as agent:
        add_account(agent, "liaison", "reviewer,officer")
        take_in(agent, "first", incidents(12))
        agent.url = f"http://127.0.0.1:{config['review']['port']}"
        yield agent


def take_in(agent, name, some):
    agent.drop(f"{name}.ndjson", some)
    agent.wait_taken(f"{name}.ndjson")


def bar_says(browser, words):
    WebDriverWait(browser, 20).until(
        lambda b: b.find_element(By.CSS_SELECTOR, "#live p").text == words)


def refs(browser):
    return [e.text for e in browser.find_elements(By.CSS_SELECTOR,
                                                  ".item .ref")]


def show(browser):
    browser.find_element(By.CSS_SELECTOR, "#live button").click()
    bar_says(browser, "Shown")


def where(browser, element):
    return browser.execute_script(
        "return arguments[0].getBoundingClientRect().top", element)


def test_what_comes_moves_nothing_until_it_is_asked_for(desk, browser):
    log_in(browser, desk)
    size(browser, "desk")
    held = browser.find_elements(By.CSS_SELECTOR, ".item h2 a")[5]
    browser.execute_script("arguments[0].focus()", held)
    top, were = where(browser, held), refs(browser)
    more = incidents(16)
    more[0]["log"].append({"at": "2026-11-14T06:30:00Z", "by": "UNIT",
                           "text": "Area searched, no trace."})
    for i in range(12, 16):  # before all others
        more[i]["opened_at"] = "2026-11-14T01:00:00Z"
    take_in(desk, "later", [more[0], *more[12:]])
    bar_says(browser, "4 new, 1 changed")
    assert browser.find_element(
        By.CSS_SELECTOR, ".waiting strong").text == "16"
    assert where(browser, held) == top and refs(browser) == were
    assert browser.switch_to.active_element == held
    assert axe(browser) == []
    for word in ("light", "dark"):
        scheme(browser, word)
        photograph(browser, f"queue-live-desk-{word}")
    size(browser, "phone")
    photograph(browser, "queue-live-phone-dark")
    size(browser, "desk")
    show(browser)
    assert len(refs(browser)) == 16
    assert browser.execute_script(
        "return document.querySelectorAll('.item').length") == 16
    browser.get(f"{desk.url}/")
    in_order = refs(browser)
    assert set(in_order) == set(were) | {m["id"] for m in more[12:]}


def test_new_entries_of_an_open_incident(desk, browser):
    log_in(browser, desk)
    browser.get(f"{desk.url}/incident/1")
    note = browser.find_element(By.ID, "note")
    note.send_keys("half a sen")
    later = incidents(1)[0]
    later["log"] += [{"at": f"2026-11-14T06:3{n}:00Z", "by": "UNIT",
                      "text": f"Area searched, no trace, {n}."}
                     for n in range(2)]
    take_in(desk, "later", [later])
    bar_says(browser, "2 new entries")
    assert axe(browser) == []
    photograph(browser, "incident-live")
    browser.execute_script("document.querySelector('#live button').click()")
    bar_says(browser, "Shown")
    assert len(browser.find_elements(By.CSS_SELECTOR, ".entry.fresh")) == 2
    # What was being written is still there, and can now be sent.
    assert note.get_attribute("value") == "half a sen"
    browser.find_element(By.CSS_SELECTOR, ".decide button[value=confirm]").click()
    WebDriverWait(browser, 20).until(
        lambda b: "done=" in b.current_url)


def test_no_look_but_the_persons_own(desk, browser):
    """To say that something came reads nothing of it."""
    log_in(browser, desk)
    browser.get(f"{desk.url}/")
    take_in(desk, "later", incidents(14)[12:])
    bar_says(browser, "2 new")
    browser.get_log("performance")
    show(browser)
    asked = [json.loads(e["message"])["message"]
             for e in browser.get_log("performance")]
    asked = [e["params"]["request"]["url"] for e in asked
             if e["method"] == "Network.requestWillBeSent"]
    assert asked == [f"{desk.url}/"]
    assert [e for e in browser.get_log("browser")
            if e["level"] == "SEVERE"] == []


def test_mine_and_nobodys(desk, browser):
    log_in(browser, desk)
    browser.get(f"{desk.url}/job/3")
    click(browser, "button[value=take]")
    browser.get(f"{desk.url}/")
    everybodys = refs(browser)
    click(browser, "a[href='/?who=mine']")
    [mine] = refs(browser)
    assert axe(browser) == []
    look(browser, "queue-mine")
    assert browser.find_element(
        By.CSS_SELECTOR, ".views [aria-current]").text == "Mine"
    # From there to what nobody has, by the form, with a theme besides.
    for name, value in (("who", "nobody"), ("theme", "hare-coursing")):
        Select(browser.find_element(By.ID, name)).select_by_value(value)
    click(browser, "form[action='/'] button")
    assert "who=nobody" in browser.current_url
    narrowed = refs(browser)
    assert axe(browser) == []
    click(browser, "a[href='/?who=nobody']")
    assert set(refs(browser)) == set(everybodys) - {mine} >= set(narrowed)
    look(browser, "queue-nobodys")
