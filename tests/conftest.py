"""Fixtures for all tests in Python: see tests/support."""

import os
import sys

import pytest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import support  # noqa: E402

# Several files run at once (docs/HACKING.md, "Tests"): those that take longest
# begin first, so that no long one is left when the others have ended.
LONG = ("test_pages", "test_camps", "test_admin", "test_contact",
        "test_review", "test_positions", "test_mqtt", "test_faults",
        "test_reload_storm", "test_folder", "test_agent", "test_review_job",
        "test_kill", "test_track_kill", "test_retention_kill")


def pytest_collection_modifyitems(items):
    order = {name: at for at, name in enumerate(LONG)}
    items.sort(key=lambda item: order.get(item.path.stem, len(LONG)))


@pytest.fixture(scope="session")
def certs(tmp_path_factory):
    """One authority and its certificates for the whole run."""
    return support.make_certs(tmp_path_factory.mktemp("certs"))


@pytest.fixture
def broker(tmp_path):
    """A real mosquitto, open to all on loopback."""
    with support.Mosquitto(tmp_path / "broker") as running:
        yield running


@pytest.fixture
def smtp(certs):
    """A scripted mail server with STARTTLS and the account buzzard."""
    server = support.ScriptedSmtp(certs, accounts={"buzzard": "secret"})
    with server:
        yield server


@pytest.fixture
def mta(certs):
    """A real mail server with STARTTLS and the account buzzard."""
    reason = support.RealMta.unavailable()
    if reason:
        pytest.skip(reason)
    with support.RealMta(certs) as running:
        yield running
