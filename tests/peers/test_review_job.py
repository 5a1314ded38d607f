"""An officer's phone: the link in an alert, and who has it."""

import http.client
import json
import os
import re
import sqlite3
import threading

import pytest

from support import (Mosquitto, ScriptedSmtp, Subscriber, free_port,
                     make_certs, wait_for)
from support.chain import read_chain
from support.desk import Visitor, add_account
from whole import (COURSING, TIPPING, alerts, both, hear, incident,
                   make_agent, mqtt_only, rows)

AB = COURSING + ", silver estate AB12 CDE"


def serving(config, **more):
    port = free_port()
    config["review"] = {"port": port, "url": f"http://127.0.0.1:{port}",
                        **more}
    return config


@pytest.fixture(name="post")
def make_post(tmp_path):
    """A broker, a mail server, two who get mail, and a phone's view of it."""
    certs = make_certs(tmp_path / "certs")
    smtp = ScriptedSmtp(certs, accounts={"buzzard": "secret"})
    with Mosquitto(tmp_path / "broker") as broker, smtp:
        config = serving(both(tmp_path, broker, smtp.port, certs))
        mail = next(c["name"] for c in config["channels"]
                    if c["type"] == "smtp")
        topic = next(c["name"] for c in config["channels"]
                     if c["type"] == "mqtt")
        config["recipients"] = [
            {"name": "map", "channel": topic, "audience": "team",
             "topic": "rural/v1/alert/{district}/{theme}"},
            {"name": "team-mail", "channel": mail, "audience": "team",
             "address": "team@example.org"},
            {"name": "council", "channel": mail, "audience": "partner",
             "address": "council@example.org"}]
        with Subscriber(broker) as heard, \
                make_agent(tmp_path, config) as agent:
            agent.port = config["review"]["port"]
            agent.smtp, agent.heard = smtp, heard
            for name in ("rc07", "rc08"):
                add_account(agent, name, "officer")
            add_account(agent, "liaison", "reviewer")
            add_account(agent, "auditor", "auditor")
            yield agent


def take_in(agent, *incidents):
    name = f"{incidents[0]['id']}-{len(os.listdir(agent.feed))}.ndjson"
    agent.drop(name, list(incidents))
    agent.wait_taken(name)


def mails_to(agent, address):
    return [m for m in list(agent.smtp.messages) if m.recipient == address]


def link_for(agent, address="team@example.org"):
    """The path that the newest mail to an address has the link of."""
    mail = mails_to(agent, address)[-1]
    text, html = mail.mail.iter_parts()
    found = re.search(r"http://127\.0\.0\.1:\d+(/go/\S+)", text.get_content())
    assert found, text.get_content()
    assert f'href="http://127.0.0.1:{agent.port}{found[1]}"' in \
        html.get_content()
    return found[1]


def ring(agent, ref="R-1", text=AB):
    take_in(agent, incident(ref, text, location_text="off Example Farm Lane",
                            informant={"name": "A Caller",
                                       "phone": "07700 900123"}))
    hear(agent.heard, ref)
    wait_for(lambda: len(agent.smtp.messages) >= 2, 20, "two mails")


def test_what_is_closed_is_said_to_be(post):
    """An officer does not drive to what the control room has closed."""
    ring(post)
    phone, link = Visitor(post.port), link_for(post)
    assert "not in progress as far as the log shows" in phone.get(link).text
    take_in(post, {"id": "R-1", "partial": True,
                   "closed_at": "2026-11-14T19:00:00Z"})
    wait_for(lambda: "Alert, closed</p>" in phone.get(link).text, 20,
             "it to be closed")


def press(v, page, word, note="", **changes):
    path = page.path.split("?")[0]
    return v.post(path + "/say", {
        "form": page.field("form"), "once": page.field("once"),
        "word": word, "note": note, **changes})


def logged_in(agent, name):
    v = Visitor(agent.port)
    assert v.log_in(name).status == 200
    return v


def state_of(agent):
    """All that a look may not change."""
    return rows(agent, "SELECT (SELECT count(*) FROM taker),"
                " (SELECT count(*) FROM decision),"
                " (SELECT count(*) FROM outbox),"
                " (SELECT count(*) FROM audit WHERE event <> 3)")


def test_the_link_opens_one_screen(post):
    ring(post)
    phone = Visitor(post.port)
    page = phone.get(link_for(post))
    assert page.status == 200
    for words in ("Hare coursing", "off Example Farm Lane", "AB12CDE",
                  'href="geo:51.95000,0.45000"', "<svg", "Nobody has it yet",
                  "I have it", "Not for us", "TL "):
        assert words in page.text, words
    for words in ("A Caller", "07700", "lurchers", "<script"):
        assert words not in page.text, words
    assert len(page.text.encode()) + len(
        phone.get("/static/phone.css").text.encode()) < 30000
    # It is no session: nothing else opens, and no cookie is set.
    assert phone.cookie is None
    for path in ("/", "/incident/1", "/job/1", "/audit"):
        assert phone.get(path, follow=False).status == 303
    message = json.loads(post.heard.messages[-1].payload)
    assert message["link"].startswith(f"http://127.0.0.1:{post.port}/go/")
    assert Visitor(post.port).get(
        message["link"].split(str(post.port), 1)[1]).status == 200
    assert rows(post, "SELECT DISTINCT actor FROM audit WHERE event = 3"
                " AND incident_id = 1 AND actor <> 'agent' ORDER BY 1") == [
        ("link:map",), ("link:team-mail",)]


def test_a_look_presses_nothing(post):
    """A link scanner's GET and HEAD, with whatever it makes up."""
    ring(post)
    link = link_for(post)
    phone = Visitor(post.port)
    before = state_of(post)
    for method in ("GET", "HEAD"):
        for path in (link, link + "?word=take", link + "?once=" + "a" * 43,
                     link + "/say", link + "/say?word=take"):
            assert phone.ask(method, path).status in (200, 303, 404)
    form = phone.get(link)
    assert phone.post(link, {"word": "take"}, follow=False).status in (
        303, 404)
    for changes in ({"form": ""}, {"form": "A" * 43}):
        assert press(phone, form, "take", **changes).status == 403
    assert phone.post(link + "/say", {
        "form": form.field("form"), "once": form.field("once"),
        "word": "take", "note": ""},
        fields={"Sec-Fetch-Site": "cross-site"}).status == 403
    assert state_of(post) == before
    assert "Nobody has it yet" in phone.get(link).text


def test_a_link_that_is_not_ours(post):
    ring(post)
    link = link_for(post)
    number, expiry, name, sign = link[len("/go/"):].split("~")
    phone = Visitor(post.port)
    before = state_of(post)
    for bad in (f"2~{expiry}~{name}~{sign}", f"{number}~{int(expiry) + 1}"
                f"~{name}~{sign}", f"{number}~{expiry}~map~{sign}",
                f"{number}~{expiry}~{name}~{'0' * 32}",
                f"{number}~{expiry}~{name}~", f"{number}~{expiry}~{name}",
                "x", "~~~", "1~1~1~1", f"{number}~{expiry}~{name}~{sign}~1",
                "%00~1~a~b", "..", "1%2F..%2F..", "9" * 400):
        answer = phone.get(f"/go/{bad}")
        assert answer.status in (400, 404) or answer.path == "/login", bad
        assert "Example Farm" not in answer.text
        answer = phone.post(f"/go/{bad}/say", {"word": "take"})
        assert answer.status in (400, 404) or answer.path == "/login", bad
    assert state_of(post) == before


def test_a_partner_sees_the_square(post):
    ring(post, text=TIPPING + ", AB12 CDE")
    team = Visitor(post.port)
    press(team, team.get(link_for(post)), "note", "caller waits at the barn")
    page = Visitor(post.port).get(link_for(post, "council@example.org"))
    assert page.status == 200
    assert "1 km square" in page.text
    for words in ("AB12CDE", "Example Farm", "geo:", "<svg", "51.95",
                  "at the barn"):
        assert words not in page.text, words
    # An account is only the team to a partner.
    v = logged_in(post, "rc07")
    press(v, v.get("/job/1"), "take")
    page = Visitor(post.port).get(link_for(post, "council@example.org"))
    assert "rc07" not in page.text
    assert "has it</strong>, since" in page.text


def test_everybody_sees_who_has_it(post):
    ring(post)
    phone = Visitor(post.port)
    page = press(phone, phone.get(link_for(post)), "take",
                 "ten minutes <b>away</b>")
    assert page.status == 200
    assert "Recorded at" in page.text and "you have it" in page.text
    assert "&lt;b&gt;away" in page.text and "<b>away" not in page.text
    v = logged_in(post, "liaison")
    for path in ("/", "/incident/1", "/job/1"):
        text = v.get(path).text
        assert "team-mail" in text and "has it</strong>, since" in text, path
    told = v.get("/incident/1").text.split("Who was told</h2>")[1]
    assert "team-mail" in told.split("<ul")[0]
    # The others of the theme are told once, who pressed is not.
    wait_for(lambda: ("R-1", "hare-coursing", "taken") in alerts(post.heard),
             20, "who has it")
    wait_for(lambda: len(mails_to(post, "council@example.org")) == 2, 20,
             "the partner's mail")
    message = json.loads(post.heard.messages[-1].payload)
    assert message["taken_by"] == "team-mail"
    assert message["text"].startswith("Taken: Hare coursing")
    mail = mails_to(post, "council@example.org")[-1].mail
    assert "team-mail" not in mail["Subject"]
    assert "team-mail has it, since" in next(mail.iter_parts()).get_content()
    assert len(mails_to(post, "team@example.org")) == 1
    # Given up: told too.
    page = phone.get(link_for(post))
    assert "(you) has it" in page.text
    page = press(phone, page, "release")
    assert "it is given up" in page.text
    wait_for(lambda: alerts(post.heard)[-1][2] == "released", 20, "released")
    assert "Nobody has it yet" in v.get("/incident/1").text
    assert "None of them has it yet" in v.get("/incident/1").text
    assert "has it</strong>" not in v.get("/").text
    assert rows(post, "SELECT word, ended_ms IS NULL FROM taker") == [
        (1, 0), (2, 1)]
    read_chain(f"{post.state}/buzzard.db")
    assert rows(post, "SELECT detail FROM audit WHERE actor ="
                " 'link:team-mail' AND event = 2") == [
        ('{"taker":"takes"}',), ('{"taker":"releases"}',)]


def test_two_press_at_once(post):
    ring(post)
    phones = [Visitor(post.port), logged_in(post, "rc07"),
              logged_in(post, "rc08")]
    pages = [phones[0].get(link_for(post)), phones[1].get("/job/1"),
             phones[2].get("/job/1")]
    answers = [None] * 3

    def go(i):
        answers[i] = press(phones[i], pages[i], "take")

    threads = [threading.Thread(target=go, args=(i,)) for i in range(3)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    [(first,)] = rows(post, "SELECT actor FROM taker WHERE word = 1")
    name = first.split(":")[1]
    assert rows(post, "SELECT count(*) FROM taker WHERE word = 5") == [(2,)]
    assert sum("you have it" in a.text for a in answers) == 1
    late = [a for a in answers if "you were second" in a.text]
    assert len(late) == 2
    for a in answers:
        assert re.search(f"{name}( \\(you\\))? has it</strong>, since",
                         a.text)


def test_two_with_one_link_press(post):
    """A mailbox that several read: each sees what came of their own press."""
    ring(post)
    link = link_for(post)
    one, two = Visitor(post.port), Visitor(post.port)
    page_one, page_two = one.get(link), two.get(link)
    assert "you have it" in press(one, page_one, "take").text
    late = press(two, page_two, "take").text
    assert "you were second" in late and "you have it" not in late


def test_sent_again(post):
    """A phone that heard no answer sends its form again."""
    ring(post)
    phone = Visitor(post.port)
    page = phone.get(link_for(post))
    first = press(phone, page, "take", "on my way")
    again = press(phone, page, "take", "on my way")
    assert first.path == again.path
    assert "you have it" in again.text
    assert press(phone, page, "note", "gate locked").status == 200
    assert press(phone, page, "note", "gate locked").status == 200
    assert press(phone, page, "note", "gate open").status == 200
    assert rows(post, "SELECT word, note FROM taker ORDER BY id") == [
        (1, "on my way"), (4, "gate locked"), (4, "gate open")]
    wait_for(lambda: alerts(post.heard)[-1][2] == "taken", 20, "told")
    assert len([a for a in alerts(post.heard) if a[2] == "taken"]) == 1


def test_what_did_not_arrive_is_said(post):
    ring(post)
    phone = Visitor(post.port)
    page = phone.get(link_for(post))
    with sqlite3.connect(f"{post.state}/buzzard.db") as db:
        db.execute("CREATE TRIGGER full BEFORE INSERT ON taker BEGIN"
                   " SELECT raise(FAIL, 'disk'); END")
    answer = press(phone, page, "take")
    assert answer.status == 503
    assert "NOT recorded" in answer.text
    with sqlite3.connect(f"{post.state}/buzzard.db") as db:
        db.execute("DROP TRIGGER full")
    assert "you have it" in press(phone, page, "take").text


def test_bad_input(post):
    ring(post)
    phone = Visitor(post.port)
    page = phone.get(link_for(post))
    before = state_of(post)
    for word, changes in (("", {}), ("nonsense", {}), ("note", {}),
                          ("take", {"once": ""}), ("take", {"once": "x"}),
                          ("take", {"once": "x" * 99}),
                          ("note", {"note": "y" * 501}),
                          ("release", {}), ("second", {})):
        answer = press(phone, page, word, **changes)
        assert answer.status == 409, (word, changes)
        assert "Not recorded" in answer.text
    path = page.path + "/say"
    assert phone.post(path, b"form=" + page.field("form").encode() +
                      b"&word=take&once=" + page.field("once").encode() +
                      b"&note=%FF", fields={
                          "Content-Type":
                          "application/x-www-form-urlencoded"}).status == 409
    assert state_of(post) == before


def test_who_may_by_account(post):
    ring(post)
    assert logged_in(post, "auditor").get("/job/1").status == 403
    v = logged_in(post, "rc07")
    assert v.get("/job/99").status == 404
    assert v.get("/job/1x").status == 404
    press(v, v.get("/job/1"), "take")
    # Whoever is logged in and follows a link comes as who they are.
    assert v.get(link_for(post)).path == "/job/1"
    other = logged_in(post, "rc08")
    page = other.get("/job/1")
    assert "No longer" not in page.text and "free again" not in page.text
    assert press(other, page, "release").status == 409
    desk = logged_in(post, "liaison")
    page = desk.get("/job/1")
    assert "free again" in page.text
    assert "given up" in press(desk, page, "release").text
    assert press(other, page, "take", form="x").status == 403
    page = other.get("/job/1")
    assert "not for you" in press(other, page, "not-for-us").text


def test_links_end(tmp_path):
    with Mosquitto(tmp_path / "broker") as broker:
        config = serving(mqtt_only(tmp_path, broker), link="1h")
        with Subscriber(broker) as heard, \
                make_agent(tmp_path, config) as agent:
            agent.port = config["review"]["port"]
            take_in(agent, incident("R-1"))
            hear(heard, "R-1")
            link = json.loads(heard.messages[-1].payload)["link"]
            path = link.split(str(agent.port), 1)[1]
            assert Visitor(agent.port).get(path).status == 200
            assert os.stat(f"{agent.state}/link.key").st_mode & 0o777 == 0o600
            # The recipient is gone from the configuration.
            gone = {**config, "recipients": [
                {**config["recipients"][0], "name": "other"}]}
            agent.write_config(gone)
            agent.hup()
            agent.wait_log("reloaded")
            wait_for(lambda: answers(agent.port, path) == 404, 20, "no more")
            agent.write_config(config)
            agent.hup()
            wait_for(lambda: answers(agent.port, path) == 200, 20, "again")
            # The incident is erased, its number given to another.
            agent.stop()
            with sqlite3.connect(f"{agent.state}/buzzard.db") as db:
                db.execute("UPDATE incident SET ref = 'R-2'")
            agent.start()
            assert answers(agent.port, path) == 404
            # Another key: all are void, and new ones are good.
            with sqlite3.connect(f"{agent.state}/buzzard.db") as db:
                db.execute("UPDATE incident SET ref = 'R-1'")
            assert answers(agent.port, path) == 200
            os.unlink(f"{agent.state}/link.key")
            agent.stop()
            agent.start()
            assert answers(agent.port, path) == 404


def answers(port, path):
    try:
        return Visitor(port).get(path).status
    except (OSError, http.client.HTTPException):
        return None


def test_a_key_that_others_may_read_makes_no_links(tmp_path):
    with Mosquitto(tmp_path / "broker") as broker:
        config = serving(mqtt_only(tmp_path, broker))
        agent = make_agent(tmp_path, config)
        with open(f"{agent.state}/link.key", "wb") as f:
            f.write(b"k" * 32)
        os.chmod(f"{agent.state}/link.key", 0o644)
        with Subscriber(broker) as heard, agent:
            take_in(agent, incident("R-1"))
            hear(heard, "R-1")
            assert "link" not in json.loads(heard.messages[-1].payload)
            assert "chmod 600" in agent.log()


def test_who_has_it_is_told_after_a_crash(tmp_path):
    with Mosquitto(tmp_path / "broker") as broker:
        config = serving(mqtt_only(tmp_path, broker))
        with Subscriber(broker) as heard, \
                make_agent(tmp_path, config) as agent:
            take_in(agent, incident("R-1"))
            hear(heard, "R-1")
            agent.kill()
            with sqlite3.connect(f"{agent.state}/buzzard.db") as db:
                db.execute(
                    "INSERT INTO taker (incident_id, word, actor, at_ms,"
                    " note, once, told) VALUES (1, 1, 'account:rc07', 0, '',"
                    " '0123456789abcdef', 0)")
            agent.start()
            wait_for(lambda: alerts(heard)[-1][2] == "taken", 20, "told")
            assert rows(agent, "SELECT told FROM taker") == [(1,)]
