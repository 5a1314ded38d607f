"""The auditor's day: what was unusual, and what one account did."""

import pytest
from selenium.webdriver.common.by import By

from looking import axe, click, log_in, look_at, size
from support import Agent, free_port
from support.agent import ROOT
from support.desk import Visitor, add_account
from test_pages import incidents


@pytest.fixture(name="office", scope="module")
def make_office(tmp_path_factory):
    """A service where one account read more than it should have."""
    config = {"rules": f"{ROOT}/rules/packs/essex",
              "review": {"port": free_port(), "unusual_hour": 4}}
    with Agent(config, folder=tmp_path_factory.mktemp("audited")) as agent:
        for name, roles in (("auditor", "auditor"), ("crew-4", "officer")):
            add_account(agent, name, roles)
        agent.drop("some.ndjson", incidents(8))
        agent.wait_taken("some.ndjson")
        reader = Visitor(config["review"]["port"])
        assert reader.log_in("crew-4").status == 200
        for i in range(1, 8):
            assert reader.get(f"/incident/{i}").status == 200
        agent.url = f"http://127.0.0.1:{config['review']['port']}"
        yield agent


def test_from_what_was_unusual_to_what_was_read(office, browser):
    log_in(browser, office, "auditor")
    assert browser.current_url.endswith("/audit")
    look_at(browser, "audit-unusual")
    click(browser, "section a")
    assert "account=account%3Acrew-4" in browser.current_url
    who = browser.find_element(By.ID, "account")
    assert who.get_attribute("value") == "account:crew-4"
    size(browser, "phone")
    browser.find_element(By.ID, "incident").send_keys("3")
    click(browser, ".filter button")
    cells = browser.find_elements(
        By.CSS_SELECTOR, "[aria-label='Audit log'] td:nth-child(5)")
    assert [c.text for c in cells] == ["3"]
    browser.find_element(By.ID, "incident").send_keys("x")
    click(browser, ".filter button")
    assert "by its number here" in browser.find_element(
        By.CSS_SELECTOR, "[role=alert]").text
    assert axe(browser) == []
