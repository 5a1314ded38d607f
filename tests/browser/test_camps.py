"""An encampment from first report to gone, and fly-tipping on its incident."""

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from looking import (click, leave, log_in, look_once, open_browser,
                     press, scheme, size)
from support import Agent, free_port
from support.agent import ROOT
from support.camps import hours_ago, report
from support.desk import add_account

CALL = ("Unauthorised encampment. Eight caravans have pulled onto the farmer's"
        " field, gate chain cut, no permission.")
SECOND = ("Caravans still on the field by the lane, unauthorised encampment,"
          " more vans arriving.")
TIPPED = "Tipper seen fly tipping a load of tyres in the field gateway."


@pytest.fixture(name="desk", scope="module")
def make_desk(tmp_path_factory):
    config = {"rules": f"{ROOT}/rules/packs/essex",
              "review": {"port": free_port()}}
    with Agent(config, folder=tmp_path_factory.mktemp("desk")) as agent:
        for name in ("patrol", "liaison"):
            add_account(agent, name,
                        "officer" if name == "patrol" else "reviewer,officer")
        agent.drop("three.ndjson", [
            report("R-1", CALL, hours=60), report("R-2", SECOND, hours=40),
            report("R-3", TIPPED, hours=30)])
        agent.wait_taken("three.ndjson")
        agent.url = f"http://127.0.0.1:{config['review']['port']}"
        yield agent


def say(browser, name, value):
    """Fill in a field, whatever kind it is, as a person would."""
    field = browser.find_element(By.ID, f"f-{name}")
    if field.tag_name == "select":
        field.find_element(By.CSS_SELECTOR, f'[value="{value}"]').click()
    elif field.get_attribute("type") == "datetime-local":
        browser.execute_script("arguments[0].value = arguments[1]", field,
                               value)
    else:
        field.clear()
        field.send_keys(value)


def save(browser, hours=None, **fields):
    if hours is not None:
        say(browser, "at", hours_ago(hours))
    for name, value in fields.items():
        say(browser, name, value)
    click(browser, ".line-form > p:last-of-type button")


def look_twice(browser, name):
    """As an officer at night and as a reviewer by day."""
    look_once(browser, name, "phone", "dark")
    look_once(browser, name, "desk", "light")


def text(browser):
    return browser.find_element(By.TAG_NAME, "main").text


def check(browser, name):
    """A page that is seen on the way is no wider than the phone."""
    assert browser.execute_script(
        "return document.documentElement.scrollWidth <= innerWidth"), name


def tap(browser, kind):
    """On an entry: the button that adds a line."""
    click(browser, f'.adds button[value="{kind}"]')


def test_an_officer_takes_it_from_report_to_gone(desk, tmp_path):
    """On a phone, without scripts, as on a bad connection."""
    browser = open_browser(tmp_path, scripts=False)
    try:
        walk_the_site(desk, browser)
    finally:
        browser.quit()


def walk_the_site(desk, browser):
    size(browser, "phone")
    log_in(browser, desk, "patrol")
    browser.get(f"{desk.url}/incident/1")
    click(browser, 'form[action$="/encampment"] button')
    check(browser, "opening")
    save(browser, place="Long Meadow, Example Farm", land="farm")
    assert "Open, day 3." in text(browser)
    tap(browser, "visit")
    check(browser, "visit form")
    # What may not stand there is refused, and nothing typed is lost.
    save(browser, 58, unit="RC21", caravans="8", vans="3",
         damage="entry", seen="Said to be Irish on the field")
    assert "holds the word “irish”" in text(browser)
    assert browser.find_element(By.ID, "f-caravans").get_attribute(
        "value") == "8"
    check(browser, "refused")
    save(browser, seen="Gate chain cut, track open")
    assert "Most caravans\n8" in text(browser)
    for kind, hours, fields in (
            ("step", 57, {"who": "owner", "what": "asked",
                          "note": "Asked at the gate"}),
            ("welfare", 57, {"made": "yes", "by": "police", "passed": "yes"}),
            ("power", 50, {"power": "s61", "stage": "considered",
                           "role": "inspector"})):
        tap(browser, kind)
        save(browser, hours, **fields)
    assert "Evidence is entered for 0 of 7." in text(browser)
    click(browser, 'a[href$="test=s61-six"]')
    save(browser, 50, side="for", source="seen", text="Eleven counted")
    assert "Evidence is entered for 1 of 7." in text(browser)
    tap(browser, "decision")
    save(browser, 49, what="direct", role="inspector", given="both",
         text="Crop lost daily; talks failed twice")
    tap(browser, "deadline")
    save(browser, 24, what="leave", note="as in the direction")
    assert "Overdue: Time to leave" in text(browser)
    browser.get(f"{desk.url}/encampments")
    assert "1 is overdue" in text(browser)
    check(browser, "list")
    click(browser, ".deadline a")
    click(browser, ".deadline a")
    save(browser, 23, outcome="late")
    assert "Nothing is due." in text(browser)
    tap(browser, "closed")
    save(browser, 23, outcome="direction", site="waste")
    assert "Closed after 2 days: Direction of the police complied with" in \
        text(browser)
    check(browser, "closed")


def focus(browser, name):
    """Tab until a field has the focus: the keyboard reaches it."""
    for _ in range(80):
        active = browser.switch_to.active_element
        if active.get_attribute("name") == name and \
                active.get_attribute("type") != "hidden":
            return active
        active.send_keys(Keys.TAB)
    raise AssertionError(f"Tab does not reach {name}")


def test_a_reviewer_does_it_with_the_keyboard(desk, browser):
    """They came back: reopen it, join the second call, correct a count."""
    size(browser, "desk")
    log_in(browser, desk)
    browser.get(f"{desk.url}/encampments/1")
    press(browser, "x")
    focus(browser, "reason").send_keys("They came")
    leave(browser, lambda: save_by_key(browser))
    assert "Open, day " in text(browser)
    browser.get(f"{desk.url}/incident/2/encampment")
    assert "Join this incident to entry 1" in text(browser)
    look_twice(browser, "encampment-opening")
    size(browser, "desk")
    browser.get(f"{desk.url}/encampments/1")
    focus(browser, "ref").send_keys("R-2")
    leave(browser, lambda: browser.switch_to.active_element.send_keys(
        Keys.ENTER))
    assert "Incident R-2" in text(browser)
    press(browser, "v")
    focus(browser, "unit").send_keys("RC22")
    focus(browser, "caravans").send_keys("5")
    leave(browser, lambda: browser.switch_to.active_element.send_keys(
        Keys.ENTER))
    assert "Visits\n2" in text(browser)
    look_twice(browser, "encampment")
    look_once(browser, "encampment", "wall", "light")
    press(browser, "v")
    look_twice(browser, "encampment-visit")
    browser.get(f"{desk.url}/encampments")
    look_twice(browser, "encampments")
    browser.get(f"{desk.url}/incident/1")
    look_twice(browser, "incident-encampment")


def save_by_key(browser):
    """The button that saves, reached by Tab and pressed."""
    for _ in range(10):
        active = browser.switch_to.active_element
        if active.tag_name == "button" and active.text == "Save":
            active.send_keys(Keys.ENTER)
            return
        active.send_keys(Keys.TAB)
    raise AssertionError("Tab does not reach the button")


def test_fly_tipping_is_recorded(desk, browser):
    size(browser, "phone")
    scheme(browser, "dark")
    log_in(browser, desk)
    browser.get(f"{desk.url}/fly-tipping")
    assert "Nothing is recorded" in text(browser)
    look_twice(browser, "fly-tipping-empty")
    browser.get(f"{desk.url}/incident/3")
    click(browser, 'a[href$="/fly-tipping"]:not(nav a)')
    save(browser, size="tipper", waste="tyres", land="farm", witnessed="no",
         evidence="found", referred="district", reference="UT/4711")
    assert "Say when it was referred." in text(browser)
    look_twice(browser, "fly-tipping-refused")
    save(browser, **{"referred-at": hours_ago(3)})
    assert "Tipper lorry load" in text(browser)
    look_twice(browser, "incident-fly-tipping")
    browser.get(f"{desk.url}/fly-tipping?waste=tyres")
    assert "R-3" in text(browser)
    look_twice(browser, "fly-tipping")
