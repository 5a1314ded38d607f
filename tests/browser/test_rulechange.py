"""An analyst's day with a typing error in a rule, then the approver's."""

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import Select

from support import Agent, free_port, wait_for
from support.agent import ROOT
from support.desk import PASSWORD, add_account
from support.rulechange import OWN, WRONG, Author
from looking import click, leave, log_in, look, open_browser


@pytest.fixture(name="desk", scope="module")
def make_desk(tmp_path_factory):
    folder = tmp_path_factory.mktemp("rulechange")
    config = {"rules": f"{ROOT}/rules/packs/essex",
              "review": {"port": free_port()}}
    with Agent(config, folder=folder) as agent:
        add_account(agent, "analyst", "analyst")
        add_account(agent, "approver", "approver")
        agent.drop("a.ndjson", [
            {"id": f"Q-{n}", "opened_at": "2026-11-14T18:00:00Z", "lat": 51.95,
             "lon": 0.45, "log": [{"at": "2026-11-14T18:00:00Z", "by": "CALL",
                                   "text": "They took the quad bike"}]}
            for n in range(3)])
        agent.wait_taken("a.ndjson")
        agent.port = config["review"]["port"]
        agent.url = f"http://127.0.0.1:{agent.port}"
        yield agent


def put(browser, selector, text):
    field = browser.find_element(By.CSS_SELECTOR, selector)
    browser.execute_script("arguments[0].value = arguments[1]", field, text)


def write(browser, desk, text):
    browser.get(f"{desk.url}/rules/changes")
    click(browser, 'main a[href="/rules/change/new"]')
    put(browser, "#file", "quads.rules")
    put(browser, "#text", text)
    put(browser, "#reason", "Three quads went in a week, all unseen")
    click(browser, ".rule-form button")


def button(browser, words):
    return browser.find_element(By.XPATH, f"//button[text()='{words}']")


def marked(browser):
    return browser.execute_script(
        "const t = document.getElementById('text');"
        "return t.value.slice(t.selectionStart, t.selectionEnd)")


def test_the_analysts_and_the_approvers_day(desk, browser):
    log_in(browser, desk, "analyst")
    browser.get(f"{desk.url}/rules")
    look(browser, "rules-own")
    browser.get(f"{desk.url}/rules/change/new?file=fuel.rules")
    assert "theme fuel" in browser.find_element(By.ID, "text").get_attribute(
        "value")
    write(browser, desk, WRONG)
    # The focus is on the first error, whose place leads to its words.
    focus = browser.switch_to.active_element
    assert focus.tag_name == "li" and "@quods" in focus.text
    look(browser, "rule-error")
    browser.find_element(By.CSS_SELECTOR, "a[data-line]").click()
    assert browser.switch_to.active_element.get_attribute("id") == "text"
    assert marked(browser) == "@quods"
    put(browser, "#text", OWN)
    click(browser, ".rule-form button")
    assert "No errors" in browser.page_source
    Select(browser.find_element(By.ID, "days")).select_by_value("7")
    leave(browser, button(browser, "Run a preview").click)
    wait_for(lambda: browser.get(browser.current_url.split("#")[0])
             or "would be tagged otherwise" in browser.page_source, 20,
             "the preview's end")
    assert "Incident 1" in browser.page_source
    look(browser, "rule-draft")
    leave(browser, button(browser, "Send it to an approver").click)
    change = browser.current_url.split("#")[0]
    leave(browser, browser.find_element(
        By.CSS_SELECTOR, "form.account button").click)

    log_in(browser, desk, "approver")
    click(browser, 'a[href="/rules/changes?state=awaiting"]')
    look(browser, "rule-awaiting")
    click(browser, 'a[href^="/rules/change/"]')
    assert browser.current_url == change
    added = browser.find_elements(By.CSS_SELECTOR, ".difference ins")
    assert len(added) == OWN.count("\n")
    assert all("+" in line.text for line in added if line.text.strip())
    assert "/incident/" not in browser.page_source
    look(browser, "rule-approve")
    leave(browser, button(browser, "Approve: put it in force").click)
    assert "approved, about to be in force" in browser.page_source
    Author(desk.port, "approver").wait_state(
        change.rsplit("/", 1)[1], "in force")
    browser.get(change)
    look(browser, "rule-in-force")


def test_without_scripts(desk, tmp_path):
    browser = open_browser(tmp_path, scripts=False)
    try:
        log_in_plain(browser, desk)
        browser.get(f"{desk.url}/rules/change/new")
        browser.find_element(By.ID, "file").send_keys("plain.rules")
        browser.find_element(By.ID, "text").send_keys("themes\n")
        browser.find_element(By.ID, "reason").send_keys("Try it")
        click(browser, ".rule-form button")
        assert "The rules with this change are wrong" in browser.page_source
        browser.find_element(By.CSS_SELECTOR, 'a[href="#text"]').click()
        assert browser.current_url.endswith("#text")
    finally:
        browser.quit()


def log_in_plain(browser, desk):
    browser.get(f"{desk.url}/login")
    browser.find_element(By.ID, "name").send_keys("analyst")
    browser.find_element(By.ID, "password").send_keys(PASSWORD)
    click(browser, "main button")
