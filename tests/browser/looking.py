"""What the tests in a real browser share: opening one, going about, looking.

BUZZARD_PICTURES: a folder; every page that is looked at is photographed into it
at phone, desk and wall width, light and dark.
"""

import base64
import os

from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

from support.desk import PASSWORD

HERE = os.path.dirname(os.path.abspath(__file__))
AXE = f"{HERE}/node_modules/axe-core/axe.min.js"
ARGUMENTS = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic",
             "--no-first-run", "--disable-background-networking",
             "--disable-component-update", "--disable-sync")
WIDTHS = {"phone": (390, 844), "desk": (1366, 768), "wall": (2560, 1440)}


def open_browser(folder, scripts=True):
    options = Options()
    options.binary_location = "/usr/bin/chromium"
    for argument in (*ARGUMENTS, f"--user-data-dir={folder}"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"performance": "ALL",
                                                 "browser": "ALL"})
    if not scripts:
        options.add_experimental_option("prefs", {
            "profile.managed_default_content_settings.javascript": 2})
    return webdriver.Chrome(service=Service("/usr/bin/chromedriver"),
                            options=options)


def as_new(browser):
    """One empty tab of its own size and colours; no cookie, nothing cached,
    nothing in the logs."""
    browser.switch_to.new_window("tab")
    tab = browser.current_window_handle
    for other in browser.window_handles:
        if other != tab:
            browser.switch_to.window(other)
            browser.close()
    browser.switch_to.window(tab)
    browser.execute_cdp_cmd("Page.bringToFront", {})  # it has the focus
    browser.execute_cdp_cmd("Network.clearBrowserCookies", {})
    browser.execute_cdp_cmd("Network.clearBrowserCache", {})
    for kind in ("performance", "browser"):
        browser.get_log(kind)


def log_in(browser, desk, name="liaison"):
    browser.get(f"{desk.url}/login")
    browser.find_element(By.ID, "name").send_keys(name)
    browser.find_element(By.ID, "password").send_keys(PASSWORD, Keys.ENTER)
    WebDriverWait(browser, 20).until(lambda b: "/login" not in b.current_url)


def leave(browser, act):
    """Do what leads to another page; wait until that is there."""
    before = browser.find_element(By.TAG_NAME, "html")
    act()
    WebDriverWait(browser, 20).until(lambda b: is_gone(before))
    WebDriverWait(browser, 20).until(lambda b: b.execute_script(
        "return document.readyState") == "complete")


def press(browser, key):
    """One press on the page, when it has been there long enough to be read."""
    WebDriverWait(browser, 20).until(lambda b: b.execute_script(
        "return performance.now()") > 450)
    body = browser.find_element(By.TAG_NAME, "body")
    leave(browser, lambda: body.send_keys(key))


def click(browser, selector):
    leave(browser, browser.find_element(By.CSS_SELECTOR, selector).click)


def is_gone(element):
    try:
        element.is_enabled()
        return False
    except Exception:  # selenium has several names for it
        return True


def size(browser, width):
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
        "width": WIDTHS[width][0], "height": WIDTHS[width][1],
        "deviceScaleFactor": 1, "mobile": width == "phone"})


def scheme(browser, word):
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {
        "features": [{"name": "prefers-color-scheme", "value": word}]})


def axe(browser):
    """What axe-core finds wrong, by WCAG 2.2 A and AA, as short lines."""
    with open(AXE, encoding="utf-8") as f:
        browser.execute_cdp_cmd("Runtime.evaluate", {"expression": f.read()})
    found = browser.execute_async_script(
        "axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a',"
        " 'wcag21aa', 'wcag22aa', 'best-practice']})"
        ".then(arguments[arguments.length - 1])")
    return [f"{v['id']}: {v['help']}: {n['html']}"
            for v in found["violations"] for n in v["nodes"]]


def photograph(browser, name):
    folder = os.environ.get("BUZZARD_PICTURES")
    if folder:
        os.makedirs(folder, exist_ok=True)
        shot = browser.execute_cdp_cmd("Page.captureScreenshot", {
            "captureBeyondViewport": True})
        with open(f"{folder}/{name}.png", "wb") as f:
            f.write(base64.b64decode(shot["data"]))


def look_once(browser, name, width, word):
    """At one width, light or dark: nothing is wrong, nothing sticks out."""
    size(browser, width)
    scheme(browser, word)
    assert (found := axe(browser)) == [], f"{name}, {width}, {word}: {found}"
    photograph(browser, f"{name}-{width}-{word}")
    assert browser.execute_script(
        "return document.documentElement.scrollWidth <= innerWidth"), \
        f"{name} is wider than a {width}"


def look_at(browser, name):
    """The same at every width, light and dark."""
    for width in WIDTHS:
        for word in ("light", "dark"):
            look_once(browser, name, width, word)


def look(browser, name):
    """At each width with pictures, else where it is narrowest and once."""
    if os.environ.get("BUZZARD_PICTURES"):
        look_at(browser, name)
    else:
        look_once(browser, name, "phone", "light")
    size(browser, "desk")
