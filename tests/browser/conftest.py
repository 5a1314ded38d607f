"""Fixtures of the tests in a real browser."""

import fcntl
import os
import subprocess

import pytest

from selenium.common.exceptions import WebDriverException
from urllib3.exceptions import HTTPError

from looking import AXE, HERE, as_new, open_browser


# What comes of a browser, or its driver, that has ended.
GONE = (WebDriverException, HTTPError)


def end(browser):
    try:
        browser.quit()
    except GONE:
        pass


@pytest.fixture(name="kept", scope="session")
def keep_browser():
    """The browser that the tests of a run have one after the other: to start
    one takes longer than most of them."""
    kept = []
    yield kept
    for browser in kept:
        end(browser)


@pytest.fixture(name="browser")
def make_browser(kept, tmp_path_factory):
    """A browser that has seen nothing yet."""
    if kept:
        try:
            as_new(kept[0])
        except GONE:  # it did not survive the test before
            end(kept.pop())
    if not kept:
        kept.append(open_browser(tmp_path_factory.mktemp("browser")))
    yield kept[0]


@pytest.fixture(scope="session", autouse=True)
def take_axe():
    """Once, though several runs may ask for it at the same time."""
    with open(f"{HERE}/package.json", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not os.path.exists(AXE):
            subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit",
                            "--no-fund", "--silent"], cwd=HERE, check=True)
