"""Accounts in the pages: who may, roles, passwords, and two at once."""

import re

import pytest

from support import free_port
from support.api import Client
from support.chain import read_chain
from support.desk import PASSWORD, Visitor, add_account
from whole import alone, make_agent, rows

OWN = "harrow thatch pebble"


@pytest.fixture(name="desk")
def make_desk(tmp_path):
    config = alone(tmp_path)
    config["review"] = {"port": free_port()}
    with make_agent(tmp_path, config) as agent:
        add_account(agent, "chief", "administrator")
        add_account(agent, "deputy", "administrator,officer")
        add_account(agent, "patrol", "officer")
        agent.port = config["review"]["port"]
        yield agent


def visitor(agent, name="chief", password=PASSWORD):
    v = Visitor(agent.port)
    assert v.log_in(name, password).status == 200
    return v


def number(agent, name):
    return rows(agent, "SELECT id FROM account WHERE name = ?", name)[0][0]


def roles(agent, name):
    return rows(agent, "SELECT roles FROM account WHERE name = ?", name)[0][0]


def send(v, page, verb, **fields):
    """Send a form of an account's page."""
    return v.post(f"{page.path}/{verb}", {
        "form": page.field("form"), "version": page.field("version"),
        **fields})


def account_page(agent, v, name):
    page = v.get(f"/accounts/{number(agent, name)}")
    assert page.status == 200
    return page


def add(v, name, **boxes):
    return v.post("/accounts", {"form": v.get("/accounts").field("form"),
                                "name": name, **boxes})


def secret(page):
    assert page.status == 200, page.text
    return re.search('class="secret">([^<]*)<', page.text)[1]


def test_only_administrators(desk):
    v = visitor(desk, "patrol")
    form = v.get("/").field("form")
    assert "/accounts" not in v.get("/").text
    for path in ("/accounts", "/accounts/1"):
        assert v.get(path).status == 403
    for path in ("/accounts", "/accounts/1/roles", "/accounts/1/close",
                 "/accounts/1/open", "/accounts/1/password"):
        assert v.post(path, {"form": form, "version": "0", "name": "x",
                             "role-officer": "yes"}).status == 403
    chief = visitor(desk)
    assert chief.get("/").path != "/"  # an administrator reads no log
    assert "/accounts" in chief.get("/").text
    assert chief.get("/incident/1").status == 403
    assert rows(desk, "SELECT sum(changes), count(*) FROM account") == [(0, 3)]


def test_a_new_account_chooses_its_own_password(desk):
    chief = visitor(desk)
    page = add(chief, "crew.7", **{"role-officer": "yes", "role-tracks": "yes"})
    made = secret(page)
    assert re.fullmatch(r"([a-z1-9]{5}-){3}[a-z1-9]{5}", made)
    assert page.fields["Cache-Control"] == "no-store"
    assert roles(desk, "crew.7") == 1 + 8
    assert made not in chief.get("/accounts").text
    assert "has to choose a password" in chief.get("/accounts").text

    crew = visitor(desk, "crew.7", made)
    assert crew.get("/").path == "/password"
    assert crew.get("/incident/1").path == "/password"
    assert "<nav" not in crew.get("/password").text
    answer = Client(desk.port, None)
    answer.cookie = crew.cookie
    assert answer.get("/v1/queue").status == 403
    assert "/password" in answer.get("/v1/queue").json["detail"]

    form = crew.get("/password").field("form")
    good = {"form": form, "present": made, "password": OWN, "again": OWN}
    for wrong, why in (({"again": "another one entirely"}, "not the same"),
                       ({"present": "wrong wrong wrong"}, "not your password"),
                       ({"password": made, "again": made}, "that you have"),
                       ({"password": "short", "again": "short"}, "12 char"),
                       ({"password": "a" * 300, "again": "a" * 300}, "256")):
        page = crew.post("/password", {**good, **wrong})
        assert page.status == 409
        assert why in page.text
        assert made not in page.text
    before = crew.cookie
    assert crew.post("/password", good).path == "/"
    assert crew.cookie != before  # other sessions have ended
    other = Visitor(desk.port)
    other.cookie = before
    assert other.get("/", follow=False).status == 303
    assert visitor(desk, "crew.7", OWN).get("/").path == "/"
    assert Visitor(desk.port).log_in("crew.7", made).status == 403
    read_chain(f"{desk.state}/buzzard.db")


def test_guessing_the_present_password_waits_too(desk):
    v = visitor(desk, "patrol")
    form = v.get("/password").field("form")
    for _ in range(5):
        v.post("/password", {"form": form, "present": "x" * 12,
                             "password": OWN, "again": OWN})
    page = v.post("/password", {"form": form, "present": PASSWORD,
                                "password": OWN, "again": OWN})
    assert "waits after" in page.text
    assert "Waits after wrong passwords" in visitor(desk).get("/accounts").text


def test_what_is_no_account_is_refused(desk):
    chief = visitor(desk)
    for name in ("", "Capital", "a b", "<b>", "x" * 41, "' OR 1=1", "-a",
                 "\u00e9clair", "a\x00b"):
        page = add(chief, name, **{"role-officer": "yes"})
        assert page.status == 409, name
        assert "<b>" not in page.text
    assert add(chief, "crew").status == 409
    assert add(chief, "crew", **{"role-officer": "no"}).status == 409
    page = add(chief, "patrol", **{"role-officer": "yes"})
    assert page.status == 409
    assert "already" in page.text
    assert rows(desk, "SELECT count(*) FROM account") == [(3,)]
    for path in ("/accounts/0", "/accounts/99", "/accounts/x"):
        assert chief.get(path).status == 404
    page = account_page(desk, chief, "patrol")
    page.path = "/accounts/99"
    assert send(chief, page, "close").status == 409


def test_roles_are_changed_by_another(desk):
    chief = visitor(desk)
    page = account_page(desk, chief, "patrol")
    done = send(chief, page, "roles", **{"role-reviewer": "yes",
                                         "role-auditor": "yes"})
    assert done.path == page.path
    assert roles(desk, "patrol") == 2 + 4
    [(actor, detail)] = rows(desk, "SELECT actor, detail FROM audit"
                             " WHERE event = 2 ORDER BY id DESC LIMIT 1")
    assert actor == "account:chief"
    assert detail == ('{"roles changed of account":3,'
                      '"roles":"reviewer,auditor"}')
    page = account_page(desk, chief, "patrol")
    assert send(chief, page, "roles").status == 409  # none at all
    own = account_page(desk, chief, "chief")
    assert "This is your own account" in own.text
    assert "/roles" not in own.text
    page.path = own.path
    for verb in ("roles", "close", "password"):
        fields = {"form": page.field("form"), "version": "0",
                  "role-reviewer": "yes"}
        assert chief.post(f"{own.path}/{verb}", fields).status == 409
    assert roles(desk, "chief") == 64


def test_the_last_administrator_cannot_be_removed(desk):
    chief, deputy = visitor(desk), visitor(desk, "deputy")
    ours = account_page(desk, deputy, "chief")
    theirs = account_page(desk, chief, "deputy")
    assert send(chief, theirs, "close").status == 200
    assert "Closed" in chief.get("/accounts").text
    assert deputy.get("/", follow=False).status == 303
    assert send(deputy, ours, "close", ).path == "/login"
    done = desk.command("user", "close", "chief", check=False)
    assert done.returncode == 1
    assert "last administrator" in done.stderr
    done = desk.command("user", "roles", "chief", "--roles", "officer",
                        check=False)
    assert "last administrator" in done.stderr
    page = account_page(desk, chief, "deputy")
    assert send(chief, page, "open").status == 200
    assert visitor(desk, "deputy").get("/").status == 200


def test_two_administrators_at_once(desk):
    chief, deputy = visitor(desk), visitor(desk, "deputy")
    one, two = (account_page(desk, v, "patrol") for v in (chief, deputy))
    assert send(chief, one, "close").status == 200
    for verb in ("open", "roles", "password", "close"):
        late = send(deputy, two, verb, **{"role-officer": "yes"})
        assert late.status == 412
        assert "changed meanwhile" in late.text
    for version in ("", "x", "-1", "1.0", "99999999999999999999"):
        assert send(chief, one, "open", version=version).status == 409
    assert rows(desk, "SELECT changes FROM account WHERE name = 'patrol'"
                ) == [(1,)]


def test_a_new_password_ends_sessions(desk):
    chief, patrol = visitor(desk), visitor(desk, "patrol")
    made = secret(send(chief, account_page(desk, chief, "patrol"),
                       "password"))
    assert patrol.get("/", follow=False).status == 303
    assert Visitor(desk.port).log_in("patrol").status == 403
    assert visitor(desk, "patrol", made).get("/").path == "/password"


def test_forms_of_other_sites_do_nothing(desk):
    chief = visitor(desk)
    page = account_page(desk, chief, "patrol")
    for fields, more in (({"form": "A" * 43}, {}), ({"form": ""}, {}),
                         ({}, {"Sec-Fetch-Site": "cross-site"})):
        for path in ("/accounts", f"{page.path}/close", f"{page.path}/open",
                     f"{page.path}/roles", f"{page.path}/password",
                     "/password"):
            body = {"form": page.field("form"), "version": "0",
                    "name": "crew", "role-administrator": "yes", **fields}
            assert chief.post(path, body, fields=more).status == 403
        for path in (f"{page.path}/close", f"{page.path}/roles"):
            assert chief.get(path).status == 404
    assert rows(desk, "SELECT sum(changes), count(*) FROM account") == [(0, 3)]


def test_refused_strangers_are_counted_and_cost_a_write(desk):
    """As a wrong password does: the disk does not tell which names exist."""
    def refused():
        return rows(desk, "SELECT count FROM refused") or [(0,)]

    assert refused() == [(0,)]
    v = Visitor(desk.port)
    for name in ("nobody", "", "' OR 1=1 --"):
        assert v.log_in(name).status == 403
    desk.command("user", "close", "patrol")
    assert v.log_in("patrol").status == 403
    assert refused() == [(4,)]
    page = visitor(desk).get("/accounts").text
    assert "<strong>4</strong>, the last on" in page
