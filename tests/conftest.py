"""Fixtures for all tests in Python: see tests/support."""

import os
import sys

import pytest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import support  # noqa: E402


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
