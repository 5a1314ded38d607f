"""Personal data stays home: what stands in no log, topic, subject or status.

Each personal text is a mark that occurs nowhere else, so that finding it is
proof; all of what leaves the agent is searched, at the most talkative level.
"""

import json

import pytest

from support import Subscriber
from support.process import wait_for
from whole import both, hear, incident, listed, make_agent, rows

NAME, ADDRESS, PHONE = "NAMEMARK", "ADDRESSMARK", "07700 900123"
PLATE, WORDS = "AB12 CDE", "coursing with lurchers by WORDMARK"
PERSON = {"name": f"{NAME} Caller", "phone": PHONE,
          "address": f"{ADDRESS}, Hollow Barn", "contact_ok": True}
PERSONAL = (NAME, ADDRESS, "900123", "900 123")

# As a careless interface sends them: the person where something else belongs.
BAD = [
    {"id": "F-1", "opened_at": f"{NAME} {PHONE}"},
    {"id": "F-2", "opened_at": "2026-11-14T18:00:00Z", "grade": [PHONE]},
    {"id": "F-3", "opened_at": "2026-11-14T18:00:00Z", "lat": f"{NAME}",
     "lon": "1"},
    {"id": "F-4", "opened_at": "2026-11-14T18:00:00Z", "informant": NAME},
    {"id": "F-5", "opened_at": "2026-11-14T18:00:00Z",
     "informant": {**PERSON, "contact_ok": f"ask {NAME}"}},
    {"id": "F-6", "opened_at": "2026-11-14T18:00:00Z",
     "log": [{"at": f"{PHONE}", "text": "x"}]},
    {"id": "F-7", "opened_at": "2026-11-14T18:00:00Z", "log": f"{NAME}"},
    {"id": "F-8", "opened_at": "2026-11-14T18:00:00Z",
     "resources": [{"callsign": None, "allocated_at": ADDRESS}]},
    {"id": "F-9", "opened_at": "2026-11-14T18:00:00Z", "revision": NAME},
    {"id": "F-10", "opened_at": "2026-11-14T18:00:00Z", "partial": PHONE},
    {"id": "F-11", "opened_at": "2026-11-14T18:00:00Z", "easting": PHONE,
     "northing": "1"},
    {"id": f"{NAME}\u0007", "opened_at": "2026-11-14T18:00:00Z"},
    {"id": "F-13", "opened_at": "2026-11-14T18:00:00Z", "vehicles": NAME},
    {"id": "F-14", "opened_at": "2026-11-14T18:00:00Z", "status": {NAME: 1}},
]
BROKEN = [
    f'{{"id": "G-1", "informant": {{"name": "{NAME}" "phone"}}}}',
    f'{{"id": "G-2", {NAME}}}',
    f'{NAME} {PHONE} rang',
    f'{{"id": "G-4", "informant": {{"name": "{NAME} {PHONE}',
    f'{{"id": "G-5", "name": "{NAME}", "name": "{NAME}"}}',
    f'{{"id": "G-6", "x": 1e999, "name": "{NAME}"}}',
    f'{{"id": "G-7", "{NAME}": "\\ud800"}}',
    f'{{"id": "G-8", "opened_at": "2026-11-14T18:00:00Z"}} {NAME}',
]


def has_none(what, text):
    for mark in PERSONAL:
        assert mark not in text, f"{mark} in {what}:\n{text}"


@pytest.fixture(name="told", scope="module")
def tell(tmp_path_factory, certs):
    """An evening with people in every corner of it, and all that came out."""
    from support import Mosquitto, ScriptedSmtp
    folder = tmp_path_factory.mktemp("told")
    server = ScriptedSmtp(certs, accounts={"buzzard": "secret"})
    # A reply that quotes an address, as many servers do.
    server.fail("rcpt", "451 4.7.1 <gtret@example.org>: greylisted")
    with Mosquitto(folder / "broker") as broker, server:
        config = both(folder, broker, server.port, certs)
        config["log"] = {"level": "debug"}
        config["recipients"] += [
            {"name": "partner-map", "channel": "broker",
             "audience": "partner", "topic": "partner/{district}/{theme}"},
            {"name": "partner-mail", "channel": "mail",
             "audience": "partner", "address": "partner@example.org"}]
        agent = make_agent(folder, config)
        with Subscriber(broker) as heard, agent:
            personal = incident(
                "A", f"{NAME} on {PHONE} says {WORDS}, van {PLATE}, lives at "
                f"{ADDRESS}", informant=PERSON, district=f"{NAME} {PHONE}",
                location_text=f"{ADDRESS}, ask for {NAME} {PHONE}",
                opening_code=f"CALL {PHONE}", vehicles=[PLATE],
                status=f"{NAME}", crime_no=f"{PHONE}",
                beat=f"{ADDRESS}", **{NAME: PHONE})
            agent.drop("a.ndjson", [personal])
            agent.drop("b.ndjson", [
                {"id": "A", "partial": True, "log": [
                    {"text": f"it is the shoot, {NAME} {PHONE} agrees"}]}])
            agent.drop("bad.ndjson", "\n".join(
                [json.dumps(b) for b in BAD] + BROKEN) + "\n")
            agent.wait_taken("bad.ndjson")
            hear(heard, "A")
            server.wait_for(4)
            wait_for(lambda: not listed(agent, "outbox", "list"), 20,
                     "an empty outbox")
            agent.hup()
            agent.wait_log("reloaded")
            yield agent, heard.messages, server.messages
            assert agent.term() == 0


def test_no_log_line_holds_any(told):
    agent, _, _ = told
    assert "greylisted" in agent.log()
    has_none("the log", agent.log())
    assert WORDS not in agent.log() and "WORDMARK" not in agent.log()


def test_every_bad_message_was_set_aside_with_a_reason(told):
    agent, _, _ = told
    held = listed(agent, "quarantine", "list")
    assert len(held) == len(BAD) + len(BROKEN)
    for q in held:
        has_none("a reason", q["reason"])
        assert len(q["reason"]) > 10


def test_no_address_of_a_recipient_is_in_the_log(told):
    """Whom we tell is a person too."""
    agent, _, _ = told
    assert "gtret@example.org" not in agent.log()


def test_no_status_holds_any(told):
    agent, _, _ = told
    has_none("a notification", "\n".join(s for _, s in agent.notes))


def test_no_topic_holds_any(told):
    _, messages, _ = told
    topics = {m.topic for m in messages}
    assert len(topics) >= 3
    has_none("a topic", "\n".join(topics).lower())
    has_none("a topic", "\n".join(topics))
    for mark in ("namemark", "addressmark", "07700"):
        assert not any(mark in t for t in topics), topics


def test_no_user_property_holds_any(told):
    _, messages, _ = told
    has_none("the properties", str([m.user for m in messages]))


def test_no_subject_or_header_holds_any(told):
    _, _, mails = told
    assert len(mails) == 4
    for m in mails:
        for name, value in m.mail.items():
            has_none(f"the header {name}", str(value))
            if name.lower() not in ("to",):
                assert PLATE.replace(" ", "") not in str(value)
        assert "lurchers" not in m.mail["Subject"]


def test_no_audience_gets_a_callers_number(told):
    _, messages, mails = told
    for m in messages:
        assert "900123" not in m.payload.decode().replace(" ", "")
    for m in mails:
        for part in m.mail.walk():
            if not part.is_multipart():
                text = part.get_content()
                assert "900123" not in text.replace(" ", "")


def test_a_partner_gets_neither_words_nor_plates_nor_place(told):
    _, messages, mails = told
    partner = [m.payload.decode() for m in messages
               if m.topic.startswith("partner/")]
    partner += [part.get_content() for m in mails
                if "partner" in m.recipient for part in m.mail.walk()
                if not part.is_multipart()]
    assert len(partner) >= 4
    for text in partner:
        has_none("what a partner gets", text)
        for mark in ("AB12", "WORDMARK", "Hollow Barn"):
            assert mark not in text


def test_the_team_gets_plates_and_words(told):
    _, messages, mails = told
    team = [m.payload.decode() for m in messages
            if m.topic.startswith("rural/v1/alert/")]
    assert any("AB12CDE" in t and "lurchers" in t for t in team)
    mail = next(m for m in mails if "gtret" in m.recipient)
    text = mail.mail.get_body(("plain",)).get_content()
    assert "AB12" in text and "lurchers" in text


def test_the_audit_log_and_replies_hold_none(told):
    agent, _, _ = told
    for table, column in (("audit", "detail"), ("audit", "actor"),
                          ("attempt", "reply"), ("outbox", "last_error")):
        text = "\n".join(str(r[0]) for r in rows(
            agent, f"SELECT {column} FROM {table}"))
        has_none(f"{table}.{column}", text)


def test_what_is_stored_is_all_there(told):
    """Kept from the log is not lost: who may look finds it."""
    agent, _, _ = told
    [shown] = listed(agent, "incident", "show", "A")
    assert shown["record"]["informant"] == PERSON
