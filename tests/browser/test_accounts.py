"""The administrator's day: an account made, used, changed and closed."""

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from looking import axe, click, log_in, look_at, size
from support import Agent, free_port
from support.agent import ROOT
from support.desk import add_account


@pytest.fixture(name="office", scope="module")
def make_office(tmp_path_factory):
    config = {"rules": f"{ROOT}/rules/packs/essex",
              "review": {"port": free_port()}}
    with Agent(config, folder=tmp_path_factory.mktemp("office")) as agent:
        add_account(agent, "chief", "administrator")
        add_account(agent, "liaison", "reviewer,officer")
        add_account(agent, "crew-4", "officer,tracks")
        agent.url = f"http://127.0.0.1:{config['review']['port']}"
        yield agent


def fill(browser, **fields):
    for name, text in fields.items():
        browser.find_element(By.ID, name).send_keys(text)


def test_an_account_from_first_to_last(office, browser):
    log_in(browser, office, "chief")
    click(browser, "nav a[href='/accounts']")
    look_at(browser, "accounts")

    fill(browser, name="crew-9")
    browser.find_element(By.ID, "role-officer").send_keys(Keys.SPACE)
    click(browser, "section form button")
    made = browser.find_element(By.CSS_SELECTOR, ".secret").text
    look_at(browser, "account-password-shown")
    click(browser, ".account button")

    browser.find_element(By.ID, "name").send_keys("crew-9")
    fill(browser, password=made)
    click(browser, ".login button")
    assert browser.current_url.endswith("/password")
    look_at(browser, "password-first")
    fill(browser, present=made, password="harrow thatch pebble", again="x")
    click(browser, ".login button")
    assert axe(browser) == []
    fill(browser, present=made, password="harrow thatch pebble",
         again="harrow thatch pebble")
    click(browser, ".login button")
    assert "Nothing waits" in browser.page_source
    click(browser, ".account button")

    log_in(browser, office, "chief")
    browser.get(f"{office.url}/accounts")
    click(browser, "tbody tr:nth-of-type(3) a")
    assert browser.find_element(By.TAG_NAME, "h1").text == "Account crew-9"
    look_at(browser, "account")
    click(browser, "form[action$='/close'] button")
    assert "Closed" in browser.find_element(By.CSS_SELECTOR, ".facts").text
    assert axe(browser) == []
    browser.get(f"{office.url}/accounts/1")
    assert "This is your own account" in browser.page_source
    assert axe(browser) == []


def test_a_role_is_chosen_by_its_name(office, browser):
    """A tap on the word, as on the box."""
    log_in(browser, office, "chief")
    browser.get(f"{office.url}/accounts")
    size(browser, "phone")
    for label in browser.find_elements(By.CSS_SELECTOR, "fieldset label"):
        box = browser.find_element(By.ID, label.get_attribute("for"))
        assert not box.is_selected()
        label.click()
        assert box.is_selected()
