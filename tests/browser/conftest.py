"""Fixtures of the tests in a real browser."""

import fcntl
import os
import subprocess

import pytest

from looking import AXE, HERE, open_browser


@pytest.fixture(name="browser")
def make_browser(tmp_path):
    browser = open_browser(tmp_path)
    yield browser
    browser.quit()


@pytest.fixture(scope="session", autouse=True)
def take_axe():
    """Once, though several runs may ask for it at the same time."""
    with open(f"{HERE}/package.json", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not os.path.exists(AXE):
            subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit",
                            "--no-fund", "--silent"], cwd=HERE, check=True)
