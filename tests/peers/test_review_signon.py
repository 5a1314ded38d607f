"""Who comes in without a password: by the sign-on's socket, or a certificate."""

import json
import os
import re
import socket
import stat
import subprocess

import pytest

from support import free_port, make_certs, wait_for
from support.certs import make_client
from support.chain import read_chain
from support.desk import PASSWORD, Visitor, add_account
from whole import alone, incident, make_agent, rows


class Reply:
    """What curl got."""

    def __init__(self, text):
        head, _, self.text = text.partition("\r\n\r\n")
        lines = head.split("\r\n")
        self.status = int(lines[0].split()[1])
        self.fields = dict(line.split(": ", 1) for line in lines[1:])

    @property
    def cookie(self):
        line = self.fields.get("Set-Cookie")
        return line and line.split(";")[0]


def curl(*arguments):
    done = subprocess.run(["curl", "-s", "-S", "-i", "-m", "20", *arguments],
                          capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    return Reply(done.stdout.decode())


# ---- the sign-on's socket ----

@pytest.fixture(name="desk")
def make_desk(tmp_path):
    """A service with a socket and a port, and two accounts."""
    config = alone(tmp_path)
    config["review"] = {"port": free_port(), "socket": f"{tmp_path}/sign-on",
                        "socket_header": "X-Force-Account"}
    with make_agent(tmp_path, config) as agent:
        add_account(agent, "liaison", "reviewer")
        add_account(agent, "patrol", "officer")
        agent.port = config["review"]["port"]
        agent.socket = f"{tmp_path}/sign-on"
        agent.config = config
        yield agent


def ask(agent, path, *fields, cookie=None, data=None):
    more = [a for f in fields for a in ("-H", f)]
    if cookie:
        more += ["-b", cookie]
    if data is not None:
        more += ["--data", data]
    return curl("--unix-socket", agent.socket, *more,
                f"http://buzzard.example.org{path}")


def test_the_field_names_the_account(desk):
    desk.drop("one.ndjson", [incident("R-1")])
    desk.wait_taken("one.ndjson")
    page = ask(desk, "/", "X-Force-Account: liaison")
    assert page.status == 200
    assert "R-1" in page.text
    assert "Log out" not in page.text
    # The proxy speaks TLS with the browser: its cookie never goes in the clear.
    assert page.fields["Set-Cookie"].startswith("__Host-buzzard=")
    assert "; Secure" in page.fields["Set-Cookie"]
    again = ask(desk, "/incident/1", "X-Force-Account: liaison",
                cookie=page.cookie)
    assert again.status == 200
    assert again.cookie is None  # the same session goes on
    form = re.search('name="form" value="([^"]+)"', again.text)[1]
    version = re.search('name="version" value="([^"]+)"', again.text)[1]
    done = ask(desk, "/incident/1/decide", "X-Force-Account: liaison",
               cookie=page.cookie, data=f"form={form}&version={version}"
               "&verdict=confirm&note=")
    assert done.status == 303
    assert rows(desk, "SELECT actor FROM audit WHERE event = 2"
                " AND incident_id = 1 AND actor LIKE 'account:%'"
                ) == [("account:liaison",)]


def test_names_are_not_told_apart_by_capitals(desk):
    page = ask(desk, "/v1/session", "X-Force-Account: LIAISON")
    assert json.loads(page.text)["account"] == "liaison"


def test_the_field_alone_changes_nothing(desk):
    """The proxy's word is no proof against forms of other sites."""
    desk.drop("one.ndjson", [incident("R-1")])
    desk.wait_taken("one.ndjson")
    done = ask(desk, "/incident/1/decide", "X-Force-Account: liaison",
               data="verdict=confirm&note=&version=x&form=" + "A" * 43)
    assert done.status == 403
    assert rows(desk, "SELECT count(*) FROM decision") == [(0,)]


def test_on_the_port_the_field_means_nothing(desk):
    v = Visitor(desk.port)
    for path in ("/", "/v1/queue", "/incident/1"):
        answer = v.ask("GET", path, fields={"X-Force-Account": "liaison"},
                       follow=False)
        assert answer.status in (303, 401)
    assert v.log_in("liaison").status == 200  # passwords do as ever


STRANGE = [
    [], ["X-Force-Account;"], ["X-Remote-User: liaison"],
    ["X-Force-Account: liaison", "X-Force-Account: liaison"],
    ["X-Force-Account: patrol", "x-force-account: liaison"],
    ["X-Force-Account: liaison, patrol"], ["X-Force-Account: a b"],
    ["X-Force-Account: ' OR 1=1 --"], ["X-Force-Account: " + "a" * 200],
    ["X_Force_Account: liaison"]]


def test_no_name_or_more_than_one_is_nobody(desk):
    for fields in STRANGE:
        page = ask(desk, "/", *fields)
        assert page.status == 403, fields
        assert "named no account" in page.text
        assert page.cookie is None
    assert ask(desk, "/login").status == 403
    assert ask(desk, "/login", data=f"name=liaison&password="
               f"{PASSWORD.replace(' ', '+')}").status == 403
    assert ask(desk, "/static/style.css").status == 200
    problem = ask(desk, "/v1/queue")
    assert problem.status == 403
    assert json.loads(problem.text)["status"] == 403
    assert rows(desk, "SELECT count(*) FROM session") == [(0,)]


def test_an_account_that_there_is_not_is_refused(desk):
    page = ask(desk, "/", "X-Force-Account: stranger")
    assert page.status == 403
    assert "no open account of your name" in page.text
    desk.command("user", "close", "patrol")
    assert ask(desk, "/", "X-Force-Account: patrol").status == 403
    assert rows(desk, "SELECT count(*) FROM account") == [(2,)]
    assert rows(desk, "SELECT count(*) FROM session") == [(0,)]


def test_an_account_that_there_is_not_is_made(desk):
    desk.config["review"]["new_accounts"] = "officer"
    desk.write_config(desk.config)
    desk.hup()
    desk.wait_log("reloaded rules=")
    answer = ask(desk, "/v1/session", "X-Force-Account: Crew.12")
    assert json.loads(answer.text)["account"] == "crew.12"
    assert json.loads(answer.text)["roles"] == ["officer"]
    [(actor, detail)] = rows(desk, "SELECT actor, detail FROM audit"
                             " WHERE event = 2 ORDER BY id DESC LIMIT 1")
    assert (actor, detail) == (
        "sign-on", '{"account added":"crew.12","roles":"officer"}')
    # It has no password: no password is right.
    for password in ("", "*", "$argon2id$", PASSWORD):
        assert Visitor(desk.port).log_in("crew.12", password).status \
            in (200, 403)
    assert Visitor(desk.port).get("/", follow=False).status == 303
    # What is closed is not made anew.
    desk.command("user", "close", "crew.12")
    assert ask(desk, "/", "X-Force-Account: crew.12").status == 403
    read_chain(f"{desk.state}/buzzard.db")


def test_another_name_ends_the_session(desk):
    """A browser that is handed on, or a cookie that was planted."""
    first = ask(desk, "/", "X-Force-Account: liaison")
    other = ask(desk, "/v1/session", "X-Force-Account: patrol",
                cookie=first.cookie)
    assert json.loads(other.text)["account"] == "patrol"
    assert other.cookie not in (None, first.cookie)
    assert rows(desk, "SELECT count(*) FROM session") == [(1,)]
    assert ask(desk, "/v1/queue", cookie=first.cookie).status == 403
    v = Visitor(desk.port)
    v.cookie = other.cookie.replace("__Host-buzzard", "buzzard")
    assert "account" in json.loads(v.get("/v1/session").text)


def test_a_password_is_neither_asked_for_nor_changed(desk):
    page = ask(desk, "/login", "X-Force-Account: liaison")
    assert (page.status, page.fields["Location"]) == (303, "/")
    assert "neither asked for" in ask(
        desk, "/password", "X-Force-Account: liaison").text


def test_the_socket_itself(desk):
    assert stat.S_IMODE(os.stat(desk.socket).st_mode) == 0o660
    # What was left behind is taken away; what is in use is not.
    desk.kill()
    assert os.path.exists(desk.socket)
    desk.config["review"]["socket_mode"] = "0600"
    desk.write_config(desk.config)
    desk.start()
    desk.wait_log("review service opened")
    assert stat.S_IMODE(os.stat(desk.socket).st_mode) == 0o600
    assert ask(desk, "/", "X-Force-Account: liaison").status == 200
    desk.stop()
    assert not os.path.exists(desk.socket)
    with socket.socket(socket.AF_UNIX) as taken:
        taken.bind(desk.socket)
        taken.listen()
        desk.start()
        wait_for(lambda: "another program listens on" in desk.log(), 20,
                 "the complaint")
    os.unlink(desk.socket)
    with open(desk.socket, "w", encoding="utf-8"):
        pass  # a file is nobody's to remove
    desk.stop()
    desk.start()
    wait_for(lambda: "cannot listen on the socket" in desk.log(), 20,
             "the complaint")
    assert os.path.isfile(desk.socket)


def test_a_socket_without_a_port(tmp_path):
    config = alone(tmp_path)
    config["review"] = {"socket": f"{tmp_path}/s"}
    with make_agent(tmp_path, config) as agent:
        add_account(agent, "liaison", "reviewer")
        agent.socket = f"{tmp_path}/s"
        agent.wait_log("review service opened")
        assert ask(agent, "/", "X-Remote-User: liaison").status == 200


# ---- certificates of people ----

@pytest.fixture(name="certs", scope="module")
def make_all_certs(tmp_path_factory):
    folder = tmp_path_factory.mktemp("certs")
    certs = make_certs(folder)
    clients = {
        "liaison": ("/CN=Liaison",
                    {"extendedKeyUsage": "clientAuth"}),
        "patrol": ("/CN=patrol", {}),
        "foreign": ("/CN=liaison", {"ca": "other-ca"}),
        "old": ("/CN=liaison", {"dates": ("20200101000000Z",
                                          "20200201000000Z")}),
        "server": ("/CN=liaison", {"extendedKeyUsage": "serverAuth"}),
        "two": ("/CN=liaison/CN=patrol", {}),
        "none": ("/O=Example", {}),
        "nobody": ("/CN=somebody-else", {}),
        "person": ("/CN=Watch Liaison Officer", {}),
        "mail": ("/CN=7", {"subjectAltName": "email:Liaison@example.org"}),
        "mails": ("/CN=7", {"subjectAltName": "email:liaison@example.org,"
                                              "email:patrol@example.org"}),
        "dns": ("/CN=7", {"subjectAltName": "DNS:liaison"}),
    }
    return certs, {name: make_client(folder, f"of-{name}", subject, **more)
                   for name, (subject, more) in clients.items()}


def serve(tmp_path, certs, **review):
    config = alone(tmp_path)
    config["review"] = {"port": free_port(), "cert_file": certs.cert,
                        "key_file": certs.key, "client_ca": certs.ca,
                        **review}
    agent = make_agent(tmp_path, config)
    agent.port = config["review"]["port"]
    return agent


def show(agent, certs, client, path, *more):
    """Ask, showing a client's certificate, or none."""
    own = ["--cert", client[0], "--key", client[1]] if client else []
    return curl("--cacert", certs.ca, *own, *more,
                f"https://localhost:{agent.port}{path}")


@pytest.fixture(name="tls", scope="module")
def make_tls(tmp_path_factory, certs):
    folder = tmp_path_factory.mktemp("tls")
    with serve(folder, certs[0]) as agent:
        add_account(agent, "liaison", "reviewer")
        add_account(agent, "patrol", "officer")
        agent.wait_log("certificates=yes")
        yield agent


@pytest.mark.parametrize("version", ["--tlsv1.3", "--tls-max 1.2"])
def test_a_certificate_names_the_account(tls, certs, version):
    for name in ("liaison", "patrol"):
        page = show(tls, certs[0], certs[1][name], "/v1/session",
                    *version.split())
        assert page.status == 200, page.text
        assert json.loads(page.text)["account"] == name
        assert page.cookie.startswith("__Host-buzzard=")


def test_without_a_certificate_passwords_do(tls, certs):
    page = show(tls, certs[0], None, "/login")
    assert page.status == 200
    assert "Password" in page.text
    done = show(tls, certs[0], None, "/login", "--data",
                f"name=patrol&password={PASSWORD.replace(' ', '+')}")
    assert done.status == 303
    assert show(tls, certs[0], None, "/v1/session", "-b", done.cookie
                ).status == 200


@pytest.mark.parametrize("client, why", [
    ("foreign", "not one that this service trusts"),
    ("old", "not one that this service trusts"),
    ("server", "not one that this service trusts"),
    ("two", "names no account"), ("none", "names no account"),
    ("person", "names no account"), ("nobody", "no open account")])
def test_certificates_that_let_nobody_in(tls, certs, client, why):
    good = show(tls, certs[0], certs[1]["liaison"], "/")
    for more in ((), ("-b", good.cookie)):
        page = show(tls, certs[0], certs[1][client], "/", *more)
        assert page.status == 403, page.text
        assert why in page.text
        assert page.cookie is None
    page = show(tls, certs[0], certs[1][client], "/login", "--data",
                f"name=patrol&password={PASSWORD.replace(' ', '+')}")
    assert page.cookie is None


def test_a_certificate_is_no_proof_against_other_sites(tls, certs):
    page = show(tls, certs[0], certs[1]["liaison"], "/act/1/undo",
                "--data", "form=x")
    assert page.status == 403
    assert "not sent from a page of your present session" in page.text


def test_a_closed_account_is_out_at_once(tls, certs):
    page = show(tls, certs[0], certs[1]["patrol"], "/")
    assert page.status == 200
    tls.command("user", "close", "patrol")
    try:
        assert show(tls, certs[0], certs[1]["patrol"], "/", "-b", page.cookie
                    ).status == 403
    finally:
        tls.command("user", "open", "patrol")


def test_an_address_of_mail_names_the_account(tmp_path, certs):
    with serve(tmp_path, certs[0], client_name="email") as agent:
        add_account(agent, "liaison", "reviewer")
        agent.wait_log("certificates=yes")
        page = show(agent, certs[0], certs[1]["mail"], "/v1/session")
        assert json.loads(page.text)["account"] == "liaison"
        for client in ("mails", "dns", "liaison"):
            page = show(agent, certs[0], certs[1][client], "/")
            assert page.status == 403
            assert "names no account" in page.text


@pytest.mark.parametrize("what, says", [
    ("rubbish", "no certificates in PEM"), ("cert", "no certificate of an")])
def test_an_authority_that_is_none_is_said(tmp_path, certs, what, says):
    path = {"rubbish": f"{tmp_path}/rubbish",
            "cert": certs[0].client_cert}[what]
    with open(f"{tmp_path}/rubbish", "w", encoding="utf-8") as f:
        f.write("no PEM\n")
    with serve(tmp_path, certs[0], client_ca=path) as agent:
        wait_for(lambda: says in agent.log(), 20, "the complaint")
