"""The review service of the real agent, asked over HTTP."""

import concurrent.futures
import json
import socket
import sqlite3
import ssl
import time
import urllib.request

import pytest

from support import Mosquitto, Subscriber, free_port, make_certs, wait_for
from support.chain import read_chain
from support.desk import PASSWORD, Visitor, add_account
from whole import (COURSING, TIPPING, alerts, alone, hear, incident, listed,
                   make_agent, mqtt_only, rows)


@pytest.fixture(name="desk")
def make_desk(tmp_path):
    """An agent that serves, with two reviewers, an officer and an auditor."""
    config = alone(tmp_path)
    config["review"] = {"port": free_port()}
    with make_agent(tmp_path, config) as agent:
        for name in ("liaison", "second"):
            add_account(agent, name, "reviewer,officer")
        add_account(agent, "patrol", "officer")
        add_account(agent, "auditor", "auditor")
        agent.port = config["review"]["port"]
        yield agent


def visitor(agent, name="liaison"):
    v = Visitor(agent.port)
    assert v.log_in(name).status == 200
    return v


def take_in(agent, *incidents):
    name = f"{incidents[0]['id']}-{time.monotonic_ns()}.ndjson"
    agent.drop(name, list(incidents))
    agent.wait_taken(name)


def write(agent, sql):
    """Change the database of an agent that is not running."""
    with sqlite3.connect(f"{agent.state}/buzzard.db") as db:
        db.execute(sql)


def open_first(v):
    return v.get(v.get("/").links(r"/incident/\d+")[0])


# ---- who may ----

def test_nothing_is_shown_before_the_login(desk):
    v = Visitor(desk.port)
    for path in ("/", "/incident/1", "/nowhere"):
        answer = v.get(path, follow=False)
        assert (answer.status, answer.fields["Location"]) == (303, "/login")
        assert answer.text == ""
    assert v.post("/incident/1/decide", {"verdict": "confirm"},
                  follow=False).status == 303


def test_wrong_passwords_and_names_look_the_same(desk):
    v = Visitor(desk.port)
    wrong = v.log_in("liaison", "not the password")
    unknown = v.log_in("nobody", "not the password")
    assert wrong.status == unknown.status == 403
    assert wrong.text == unknown.text
    assert v.cookie is None
    for name in ("' OR 1=1 --", "liaison\x00", "a" * 3000):
        assert v.log_in(name).status in (200, 403)
        assert v.cookie is None


def test_guessing_has_to_wait(desk):
    v = Visitor(desk.port)
    for _ in range(5):
        v.log_in("liaison", "not the password")
    assert v.log_in("liaison").status == 403
    assert visitor(desk, "second").get("/").status == 200
    [(until, failures)] = rows(
        desk, "SELECT locked_until_ms, failures FROM account"
        " WHERE name = 'liaison'")
    assert failures == 5
    assert until > time.time() * 1000
    path = f"{desk.folder}/password"
    done = desk.command("user", "password", "liaison",
                        "--password-file", path)
    assert done.returncode == 0, done.stderr
    assert visitor(desk).get("/").status == 200


def test_a_flood_of_log_ins_leaves_pages_to_others(desk):
    """Anybody may ask for one, and each costs as much as ten pages."""
    def try_one(_):
        return Visitor(desk.port).log_in("nobody", "wrong").status

    with concurrent.futures.ThreadPoolExecutor(30) as pool:
        tried = [pool.submit(try_one, i) for i in range(60)]
        assert Visitor(desk.port).get("/login").status == 200
        seen = {t.result() for t in tried}
    assert 503 in seen and seen <= {403, 503}
    assert Visitor(desk.port).log_in("liaison").status == 200


def test_roles(desk):
    take_in(desk, incident("R-1"))
    officer = visitor(desk, "patrol")
    page = open_first(officer)
    assert "coursing" in page.text
    assert "Confirm" not in page.text
    assert officer.post("/incident/1/decide", {"verdict": "confirm"}
                        ).status == 403
    assert visitor(desk, "auditor").get("/incident/1").status == 403
    desk.command("user", "roles", "patrol", "--roles", "reviewer")
    assert "Confirm" in open_first(officer).text
    desk.command("user", "close", "patrol")
    assert officer.get("/", follow=False).status == 303
    assert Visitor(desk.port).log_in("patrol").status == 403


def test_a_session_is_new_with_each_login(desk):
    v = Visitor(desk.port)
    v.cookie = "buzzard=" + "A" * 43  # as somebody else would have planted it
    assert v.log_in("liaison").status == 200
    assert v.cookie != "buzzard=" + "A" * 43
    first = v.cookie
    stolen = Visitor(desk.port)
    stolen.cookie = first
    page = v.get("/")
    v.post("/logout", {"form": page.field("form")})
    assert stolen.get("/", follow=False).status == 303


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(desk):
    answer = Visitor(desk.port).post(
        "/login", {"name": "liaison", "password": PASSWORD}, follow=False)
    cookie = answer.fields["Set-Cookie"]
    assert "; HttpOnly" in cookie
    assert "; SameSite=Strict" in cookie


def test_a_session_ends_when_it_is_idle(tmp_path):
    config = alone(tmp_path)
    config["review"] = {"port": free_port(), "idle": "60s"}
    with make_agent(tmp_path, config) as agent:
        add_account(agent, "liaison", "reviewer")
        agent.port = config["review"]["port"]
        v = visitor(agent)
        agent.stop()
        write(agent, "UPDATE session SET seen_ms = seen_ms - 61000")
        agent.start()
        assert v.get("/", follow=False).status == 303


def test_forms_of_other_sites_do_nothing(desk):
    take_in(desk, incident("R-1"))
    v = visitor(desk)
    page = open_first(v)
    path = page.path + "/decide"
    good = {"form": page.field("form"), "version": page.field("version"),
            "verdict": "confirm", "note": ""}
    for body, fields in [
            ({**good, "form": ""}, {}),
            ({**good, "form": "A" * 43}, {}),
            (good, {"Sec-Fetch-Site": "cross-site"}),
            (good, {"Sec-Fetch-Site": "same-site"}),
            (json.dumps(good), {"Content-Type": "text/plain"})]:
        assert v.post(path, body, fields=fields).status == 403
    other = visitor(desk, "second")
    other_form = open_first(other).field("form")
    assert v.post(path, {**good, "form": other_form}).status == 403
    assert rows(desk, "SELECT count(*) FROM decision") == [(0,)]
    assert v.post("/login", {"name": "second", "password": PASSWORD},
                  fields={"Sec-Fetch-Site": "cross-site"}
                  ).text.count("Log in") > 0
    assert "liaison" in v.get("/").text


def test_looking_changes_nothing(desk):
    """A link scanner's GET or HEAD decides nothing."""
    take_in(desk, incident("R-1"))
    v = visitor(desk)
    for method in ("GET", "HEAD"):
        for path in ("/incident/1/decide", "/act/1/undo", "/logout"):
            assert v.ask(method, path).status == 404
    assert rows(desk, "SELECT count(*) FROM decision") == [(0,)]
    assert v.get("/").status == 200


def test_every_answer_is_fenced(desk):
    v = visitor(desk)
    for answer in (v.get("/"), v.get("/static/style.css"), v.get("/no"),
                   Visitor(desk.port).get("/login")):
        assert answer.fields["Content-Security-Policy"].startswith(
            "default-src 'self'; ")
        assert "frame-ancestors 'none'" in \
            answer.fields["Content-Security-Policy"]
        assert answer.fields["X-Content-Type-Options"] == "nosniff"
        assert answer.fields["X-Frame-Options"] == "DENY"
        assert answer.fields["Referrer-Policy"] == "no-referrer"
    assert v.get("/").fields["Cache-Control"] == "no-store"


# ---- the queue ----

def test_what_a_feed_writes_is_text(desk):
    """Injection in every field that a feed fills."""
    evil = "<script>alert(1)</script>\"'><img src=x onerror=y>&amp;"
    take_in(desk, incident(
        "R-<b>1", COURSING + evil, location_text=evil, opening_code=evil,
        closing_code=evil, status=evil, grade="<2>", crime_no=evil,
        informant={"name": evil, "phone": evil, "address": evil}))
    v = visitor(desk)
    for page in (v.get("/"), open_first(v)):
        assert "<script>alert" not in page.text
        assert "<img" not in page.text
        assert "<b>1" not in page.text
    assert "&lt;script&gt;alert(1)" in open_first(v).text


def test_what_a_user_writes_is_text(desk):
    take_in(desk, incident("R-1"))
    v = visitor(desk)
    page = open_first(v)
    v.decide(page, "reject", note="<script>alert(2)</script>")
    text = v.get(page.path).text
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert(2)" in text
    for query in ("/?theme=%22%3E%3Cscript%3E", "/?district=%3Cimg",
                  "/?done=%22%3E%3Cscript%3E", "/?after=x", "/?after=9.9.9",
                  "/?after=1.%00"):
        answer = v.get(query)
        assert answer.status in (200, 400)
        assert "<script>" not in answer.text
        assert "<img" not in answer.text


def test_paths_that_lead_nowhere(desk):
    take_in(desk, incident("R-1"))
    v = visitor(desk)
    for path in ("/static/../service.c", "/static/%2e%2e/%2e%2e/etc/passwd",
                 "/incident/1/2", "/incident/", "/incident/x", "/incident/-1",
                 "/incident/99999999999999999999",
                 "/incident/+1", "/act/7zz/undo",
                 "/incident/1x", "//", "/incident/1/"):
        assert v.get(path).status in (400, 404), path


def test_gravest_and_longest_waiting_first(desk):
    take_in(desk,
            incident("LATE", TIPPING, opened_at="2026-11-14T20:00:00Z"),
            incident("REVIEW", "coursing", opened_at="2026-11-14T10:00:00Z"),
            incident("EARLY", TIPPING, opened_at="2026-11-14T12:00:00Z"),
            incident("NONE", "a cat in a tree"))
    v = visitor(desk)
    text = v.get("/").text
    places = [text.index(f">{ref}<") for ref in ("EARLY", "LATE", "REVIEW")]
    assert places == sorted(places)
    assert ">NONE<" not in text
    assert "<strong>3</strong> wait" in text
    only = v.get("/?theme=fly-tipping").text
    assert ">REVIEW<" not in only
    assert "<strong>2</strong> wait" in only
    assert "Nothing waits" in v.get("/?district=Nowhere").text


def test_pages_of_the_queue(desk):
    take_in(desk, *(incident(f"R-{i:03}") for i in range(120)))
    v = visitor(desk)
    path, seen = "/", []
    for _ in range(5):
        page = v.get(path)
        seen += page.links(r"/incident/\d+")
        following = page.links(r"/\?after=.*")
        if not following:
            break
        path = following[0].replace("&amp;", "&")
    assert len(seen) == len(set(seen)) == 120


def test_changed_since_you_looked(desk):
    take_in(desk, incident("R-1"))
    v = visitor(desk)
    assert ">New<" in v.get("/").text
    open_first(v)
    assert ">New<" not in v.get("/").text
    assert ">New<" in visitor(desk, "second").get("/").text
    later = incident("R-1")
    later["log"].append({"at": "2026-11-30T18:09:00Z", "by": "UNIT",
                         "text": "area searched"})
    take_in(desk, later)
    assert "Changed since you looked" in v.get("/").text
    assert "New since you looked" in open_first(v).text
    assert "Changed since you looked" not in v.get("/").text


# ---- deciding ----

def test_a_day_at_the_desk(desk):
    take_in(desk, incident("R-1"), incident("R-2", TIPPING),
            incident("R-3", TIPPING))
    v = visitor(desk)
    following = v.decide(open_first(v), "confirm", note="seen by unit")
    assert "Your decision is recorded" in following.text
    assert following.path.startswith("/incident/2?done=")
    following = v.decide(following, "reject")
    following = v.decide(following, "change", theme="fuel")
    assert following.path.startswith("/?done=")
    assert "Nothing waits for a decision" in following.text
    assert rows(desk, "SELECT theme, verdict FROM decision ORDER BY id") == [
        ("hare-coursing", 1), ("fly-tipping", 2), ("fly-tipping", 2),
        ("fuel", 3)]
    undo = following.text.split('action="')[1:]
    [path] = [u.split('"')[0] for u in undo if u.startswith("/act/")]
    page = v.post(path, {"form": following.field("form")})
    assert page.path == "/incident/3"
    assert "undone by liaison" in page.text
    assert rows(desk, "SELECT count(*) FROM queue") == [(1,)]
    assert v.post(path, {"form": following.field("form")}).status == 409
    read_chain(f"{desk.state}/buzzard.db")
    actors = rows(desk, "SELECT DISTINCT actor FROM audit WHERE event = 2"
                  " AND actor LIKE 'account:%'")
    assert actors == [("account:liaison",)]


def test_two_reviewers_at_once(desk):
    take_in(desk, incident("R-1"))
    one, two = visitor(desk), visitor(desk, "second")
    page_one, page_two = open_first(one), open_first(two)
    one.decide(page_one, "confirm")
    late = two.decide(page_two, "reject")
    assert late.status == 412
    assert "changed meanwhile" in late.text
    assert rows(desk, "SELECT verdict FROM decision") == [(1,)]
    assert "by liaison" in two.get(page_two.path).text


def test_a_log_that_grew_meanwhile_is_looked_at_first(desk):
    take_in(desk, incident("R-1"))
    v = visitor(desk)
    page = open_first(v)
    later = incident("R-1")
    later["log"].append({"at": "2026-11-14T18:09:00Z", "by": "CALL",
                         "text": "his own dogs, he says"})
    take_in(desk, later)  # the tags stay as they are
    assert v.decide(page, "confirm").status == 412
    page = v.get(page.path)
    assert "New since you looked" in page.text
    v.decide(page, "confirm")
    assert rows(desk, "SELECT count(*) FROM decision") == [(1,)]


def test_only_what_was_asked_is_decided(desk):
    take_in(desk, incident("R-1"))
    v = visitor(desk)
    for verdict, theme in (("", "fuel"), ("yes", "fuel"),
                           ("change", ""), ("change", "<b>nonsense")):
        page = v.get("/incident/1")
        assert v.decide(page, verdict, theme=theme).status == 409
    assert rows(desk, "SELECT count(*) FROM decision") == [(0,)]


def test_a_log_that_cannot_be_read_can_be_decided(desk):
    take_in(desk, incident("R-1"))
    desk.stop()
    write(desk, "UPDATE message SET bytes = x'00'")
    desk.start()
    v = visitor(desk)
    page = open_first(v)
    assert "cannot be read any more" in page.text
    v.decide(page, "reject")
    assert rows(desk, "SELECT verdict FROM decision") == [(2,)]


def test_a_decision_outranks_the_rules_and_is_told(tmp_path):
    with Mosquitto(tmp_path / "broker") as broker:
        config = mqtt_only(tmp_path, broker)
        config["review"] = {"port": free_port()}
        with Subscriber(broker) as heard, \
                make_agent(tmp_path, config) as agent:
            add_account(agent, "liaison", "reviewer")
            agent.port = config["review"]["port"]
            take_in(agent, incident("R-1"))
            hear(heard, "R-1")
            v = visitor(agent)
            page = open_first(v)
            v.decide(page, "reject")
            wait_for(lambda: len(alerts(heard)) == 2, 20, "the withdrawal")
            # Another message: the rules would tag it, a person said no.
            take_in(agent, incident("R-1", COURSING + " again"))
            page = v.get(page.path)
            act = page.text.split('action="/act/')[1].split("/")[0]
            v.post(f"/act/{act}/undo", {"form": page.field("form")})
            wait_for(lambda: len(alerts(heard)) == 3, 20, "told once more")
            take_in(agent, incident("R-2", "a cat in a tree"))
            v.decide(v.get("/incident/2"), "change", theme="wildlife")
            hear(heard, "R-2")
            assert [a[1:] for a in alerts(heard)] == [
                ("hare-coursing", "first"), ("hare-coursing", "withdrawn"),
                ("hare-coursing", "first"), ("wildlife", "first")]
            assert rows(agent, "SELECT count(*) FROM decision"
                        " WHERE told = 0") == [(0,)]


def test_what_was_decided_before_a_crash_is_told_after_it(tmp_path):
    with Mosquitto(tmp_path / "broker") as broker:
        config = mqtt_only(tmp_path, broker)
        config["review"] = {"port": free_port()}
        with Subscriber(broker) as heard, \
                make_agent(tmp_path, config) as agent:
            add_account(agent, "liaison", "reviewer")
            take_in(agent, incident("R-1"))
            hear(heard, "R-1")
            agent.kill()
            write(agent,
                "INSERT INTO decision (incident_id, act_id, theme, verdict,"
                " at_ms, account_id, note) VALUES (1, 1, 'hare-coursing', 2,"
                " 0, 1, '')")
            agent.start()
            wait_for(lambda: len(alerts(heard)) >= 2, 20, "the withdrawal")
            assert alerts(heard)[-1][2] == "withdrawn"


# ---- the service itself ----

def test_the_auditor_sees_who_looked_and_not_at_what(desk):
    take_in(desk, incident("R-1"))
    open_first(visitor(desk, "patrol"))
    v = visitor(desk, "auditor")
    page = v.get("/")
    assert page.path == "/audit"
    assert "account:patrol" in page.text
    assert "consultation" in page.text
    assert "R-1" not in page.text
    assert "lurchers" not in page.text


def test_audit_verify_names_what_was_touched(desk):
    take_in(desk, incident("R-1"))
    open_first(visitor(desk, "patrol"))
    done = desk.command("audit", "verify")
    assert "none altered, missing or moved" in done.stdout
    assert listed(desk, "audit", "list")[1]["actor"] == "account:patrol"
    desk.stop()
    [(row,)] = rows(desk, "SELECT max(id) FROM audit"
                    " WHERE actor = 'account:patrol'")
    write(desk, f"UPDATE audit SET actor = 'account:x' WHERE id = {row}")
    done = desk.command("audit", "verify", check=False)
    assert done.returncode == 1
    assert f"row {row} " in done.stderr
    write(desk, f"DELETE FROM audit WHERE id = {row - 1}")
    done = desk.command("audit", "verify", check=False)
    assert f"row {row - 1} " in done.stderr or f"row {row} " in done.stderr


def test_every_look_is_recorded(desk):
    take_in(desk, incident("R-1"))
    v = visitor(desk, "patrol")
    open_first(v)
    looks = rows(desk, "SELECT actor, incident_id, detail FROM audit"
                 " WHERE event = 3 AND actor LIKE 'account:%' ORDER BY id")
    assert looks[-1] == ("account:patrol", 1, '{"page":"incident"}')
    assert looks[-2][1:] == (None, '{"page":"queue"}')


def test_a_reload_changes_where_it_listens(desk):
    v = visitor(desk)
    port = free_port()
    config = alone(desk.folder)
    config["review"] = {"port": port}
    desk.write_config(config)
    desk.hup()
    desk.wait_log("reloaded rules=")
    v.port = port
    assert "Queue" in v.get("/").text
    del config["review"]
    desk.write_config(config)
    before = desk.log().count("reloaded rules=")
    desk.hup()
    wait_for(lambda: desk.log().count("reloaded rules=") > before, 20,
             "the reload")
    with pytest.raises(ConnectionRefusedError):
        v.get("/")


def test_a_port_that_is_taken_is_said_and_taken_later(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        config = alone(tmp_path)
        config["review"] = {"port": port}
        with make_agent(tmp_path, config) as agent:
            agent.wait_log("the review service cannot be opened")
            take_in(agent, incident("R-1"))  # the road goes on
            taken.close()
            agent.wait_log("review service opened")


def test_tls(tmp_path):
    certs = make_certs(tmp_path / "certs")
    config = alone(tmp_path)
    config["review"] = {"port": free_port(), "cert_file": certs.cert,
                        "key_file": certs.key}
    with make_agent(tmp_path, config) as agent:
        trusted = ssl.create_default_context(cafile=certs.ca)
        url = f"https://localhost:{config['review']['port']}/login"
        with urllib.request.urlopen(url, context=trusted) as page:
            assert page.status == 200
        agent.wait_log("tls=yes")


def test_the_queue_can_be_narrowed(desk):
    take_in(desk, incident("N-1", text=COURSING))
    v = visitor(desk)
    whole = v.get("/").links(r"/incident/\d+")
    assert len(whole) == 1
    assert v.get("/?seen=new").links(r"/incident/\d+") == whole
    assert v.get("/?seen=changed").links(r"/incident/\d+") == []
    assert v.get("/?level=review").links(r"/incident/\d+") == []
    open_first(v)
    assert v.get("/?seen=new").links(r"/incident/\d+") == []
    assert v.get("/?seen=nonsense&level=nonsense").links(
        r"/incident/\d+") == whole


def test_an_incident_is_opened_by_its_reference(desk):
    take_in(desk, incident("N-2", text="Lost dog handed in"))
    v = visitor(desk)
    assert 'action="/search"' in v.get("/").text
    assert v.get("/search?q=N-2").links(r"/incident/\d+") != []


@pytest.mark.parametrize("version", ["0.0.0.0.0", "", "1"])
def test_what_is_not_there_cannot_be_decided(desk, version):
    take_in(desk, incident("N-3"))
    v = visitor(desk)
    form = open_first(v).field("form")
    answer = v.post("/incident/99999/decide", {
        "form": form, "version": version, "note": "", "verdict": "change",
        "theme": "equine"})
    assert answer.status == 412
