"""What is erased by age by the real program: all of it, provably, and nothing
that is held."""

import os
import re
import sqlite3
import time

import pytest

from support import free_port, wait_for
from support.chain import read_chain
from support.desk import Visitor, add_account
from whole import TIPPING, alone, incident, listed, make_agent, rows

DAY = 86400000
# Else a follow-up is made of it, which is open.
ATTENDED = [{"callsign": "GT01", "allocated_at": "2026-11-14T18:05:00Z",
             "arrived_at": "2026-11-14T18:15:00Z"}]
SECRET = "Zanzibarlane"  # in the log of what is erased, and nowhere else


def settings(folder, **more):
    return {**alone(folder),
            "retention": {"untagged": "100d", "copies": "10d", **more},
            "retention_classes": [
                {"name": "tipping", "group": 4, "themes": ["fly-tipping"],
                 "keep": "50d", "then": "erase"},
                {"name": "coursing", "group": 2, "keep": "200d"}],
            "review": {"port": free_port()}}


@pytest.fixture(name="agent")
def the_agent(tmp_path):
    """An agent that erases only when told to."""
    config = settings(tmp_path, erase="no")
    with make_agent(tmp_path, config) as agent:
        add_account(agent, "liaison", "reviewer,officer")
        add_account(agent, "patrol", "officer")
        add_account(agent, "keeper", "administrator")
        agent.port = config["review"]["port"]
        yield agent


def visitor(agent, name="liaison"):
    v = Visitor(agent.port)
    assert v.log_in(name).status == 200
    return v


def take_in(agent, name="a.ndjson"):
    agent.drop(name, [
        incident("OLD-1", f"{TIPPING} at {SECRET}"),
        incident("OLD-2", f"nothing much at {SECRET}"),
        incident("OLD-3", resources=ATTENDED), incident("NEW-1", TIPPING)])
    agent.wait_taken(name)


def age(agent, days=1000, refs="OLD-%"):
    """As if they had come so long ago; the agent stands still meanwhile."""
    agent.stop()
    ms = int(time.time() * 1000) - days * DAY
    with sqlite3.connect(f"{agent.state}/buzzard.db") as db:
        for table, column in (("incident", "first_ms"), ("incident", "last_ms"),
                              ("message", "received_ms")):
            key = "id" if table == "incident" else "incident_id"
            db.execute(f"UPDATE {table} SET {column} = ? WHERE {key} IN"
                       " (SELECT id FROM incident WHERE ref LIKE ?)",
                       (ms, refs))
        db.execute("UPDATE copy SET seen_ms = ?", (ms,))
        db.execute("UPDATE quarantine SET changed_ms = ?", (ms,))
    agent.start()


def ask(agent, *command):
    """A command that may find something wrong."""
    return agent.command(*command, check=False)


def run(agent, *args):
    done = ask(agent, "retention", "run", *args)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def refs(agent):
    return [ref for (ref,) in rows(agent, "SELECT ref FROM incident"
                                   " ORDER BY id")]


def bytes_on_disk(folder, word):
    """The files below a folder that hold the word."""
    found = []
    for base, _, names in os.walk(folder):
        for name in names:
            if not os.path.isfile(f"{base}/{name}"):
                continue
            with open(f"{base}/{name}", "rb") as f:
                if word.encode() in f.read():
                    found.append(name)
    return found


def test_what_is_due_is_listed_and_a_dry_run_changes_nothing(agent):
    take_in(agent)
    age(agent)
    due = {r["ref"]: (r["class"], r["state"])
           for r in listed(agent, "retention", "list")}
    assert due == {"OLD-1": ("tipping", "due"), "OLD-2": ("untagged", "due"),
                   "OLD-3": ("coursing", "for review")}
    assert "NEW-1" in {r["ref"] for r in listed(
        agent, "retention", "list", "--within", "60")}
    run(agent, "--dry-run")
    assert len(refs(agent)) == 4


def test_erased_is_erased(agent):
    """From tables, indexes, the log, the index of words, and done/."""
    take_in(agent)
    agent.drop("bad.ndjson", '{"id": "BAD", "note": "%s"\n' % SECRET)
    agent.wait_taken("bad.ndjson")
    run(agent)  # what is in done/ is seen first
    assert bytes_on_disk(agent.folder, SECRET)
    age(agent)
    said = run(agent)
    assert "2 erased, 1 put up for review" in said
    assert refs(agent) == ["OLD-3", "NEW-1"]
    agent.stop()  # nobody reads the log any more
    assert ask(agent, "retention", "run").returncode == 0
    assert bytes_on_disk(agent.folder, SECRET) == []
    assert os.listdir(f"{agent.feed}/done") == []
    agent.start()
    # Proofs, of which none says what it was.
    proofs = {c["class"]: c for c in listed(agent, "retention",
                                            "certificates")}
    assert set(proofs) == {"tipping", "untagged", "copies"}
    assert proofs["untagged"]["incidents"] == 1
    assert proofs["copies"]["files"] == 2
    assert proofs["copies"]["quarantined"] == 1
    assert "OLD" not in str(proofs)
    assert ask(agent, "retention", "verify").returncode == 0
    assert ask(agent, "audit", "verify").returncode == 0
    read_chain(f"{agent.state}/buzzard.db")
    found = listed(agent, "retention", "find", "control-room", "OLD-2")
    assert [c["id"] for c in found] == [proofs["untagged"]["id"]]
    assert ask(agent, "retention", "find", "control-room", "NEW-1"
                         ).returncode == 1
    # The same reference again is another incident, with another number.
    agent.drop("again.ndjson", [incident("OLD-2")])
    agent.wait_taken("again.ndjson")
    assert rows(agent, "SELECT id FROM incident WHERE ref = 'OLD-2'") == [(5,)]


def test_an_altered_certificate_is_found(agent):
    take_in(agent)
    age(agent)
    run(agent)
    agent.stop()
    with sqlite3.connect(f"{agent.state}/buzzard.db") as db:
        db.execute("UPDATE certificate SET incidents = 7 WHERE class ="
                   " 'untagged'")
    done = ask(agent, "retention", "verify")
    assert done.returncode == 1 and "says 7" in done.stderr
    agent.start()


def test_held_is_never_erased(agent):
    take_in(agent)
    hold = ask(agent, "incident", "hold", "OLD-2", "--why", "a court",
                         "--until", "2099-12-31")
    assert hold.returncode == 0, hold.stderr
    assert ask(agent, "incident", "hold", "OLD-2", "--why", "x"
                         ).returncode == 1
    for wrong in (("OLD-2",), ("OLD-2", "--why", " "),
                  ("OLD-2", "--why", "x", "--until", "tomorrow"),
                  ("OLD-2", "--why", "x", "--until", "2001-01-01")):
        assert ask(agent, "incident", "hold", *wrong).returncode == 2
    age(agent)
    assert "1 erased, 1 put up for review, 1 held" in run(agent)
    assert refs(agent) == ["OLD-2", "OLD-3", "NEW-1"]
    assert ask(agent, "incident", "release", "OLD-2").returncode == 0
    assert ask(agent, "incident", "release", "OLD-2").returncode == 1
    run(agent)
    assert refs(agent) == ["OLD-3", "NEW-1"]
    assert "court" not in str(rows(agent, "SELECT detail FROM audit"))


def test_the_agent_erases_by_itself_and_intake_goes_on(tmp_path):
    config = settings(tmp_path, erase="yes")
    with make_agent(tmp_path, config) as agent:
        wait_for(lambda: rows(agent, "SELECT ended_ms FROM retention_state"
                              " WHERE ended_ms > 0"), 20, "the first run")
        take_in(agent)
        age(agent)  # a day has not gone by
        assert len(refs(agent)) == 4
        agent.stop()
        with sqlite3.connect(f"{agent.state}/buzzard.db") as db:
            db.execute("UPDATE retention_state SET begun_ms = begun_ms - ?",
                       (DAY,))
        agent.start()
        agent.drop("more.ndjson", [incident(f"M-{i}") for i in range(50)])
        agent.wait_taken("more.ndjson")
        wait_for(lambda: not {"OLD-1", "OLD-2"} & set(refs(agent)), 20,
                 "they are erased")
        assert len(refs(agent)) == 52
        wait_for(lambda: "incidents whose time was over erased=2" in
                 agent.log(), 20, "it is said")
        assert ask(agent, "audit", "verify").returncode == 0


def test_a_file_that_cannot_be_erased_keeps_nothing_else(agent):
    take_in(agent)
    run(agent)
    age(agent)
    agent.stop()
    with sqlite3.connect(f"{agent.state}/buzzard.db") as db:
        db.execute("UPDATE copy SET erasing = 1")  # by a run that was killed
    agent.start()
    os.unlink(f"{agent.feed}/done/a.ndjson")
    os.mkdir(f"{agent.feed}/done/a.ndjson")  # in its place
    done = ask(agent, "retention", "run")
    assert done.returncode == 4
    assert "a.ndjson is too old and cannot be erased" in done.stderr
    assert refs(agent) == ["OLD-3", "NEW-1"]
    os.rmdir(f"{agent.feed}/done/a.ndjson")
    assert "0 erased" in run(agent)


def test_wrong_configurations_say_what_to_write(agent):
    with open(agent.config_path, encoding="utf-8") as f:
        text = f.read()
    with open(agent.config_path, "w", encoding="utf-8") as f:
        f.write(text.replace("copies: 10d", "copies: 60d"))
    done = ask(agent, "check")
    assert done.returncode == 3
    assert "copies would be kept for longer" in done.stderr + done.stdout
    assert "at most retention.copies: 50d" in done.stderr + done.stdout
    with open(agent.config_path, "w", encoding="utf-8") as f:
        f.write(text)


# ---- the pages ----

def forms(v, number):
    page = v.get(f"/incident/{number}")
    return {"form": page.field("form"),
            "hold": re.search(r'name="hold" value="(\d+)"', page.text)[1]}


def test_a_hold_on_the_page(agent):
    take_in(agent)
    v, other = visitor(agent), visitor(agent)
    page = v.get("/incident/2").text
    assert "How long it is kept" in page and "Class untagged" in page
    late = forms(other, 2)
    for wrong in ({"why": ""}, {"why": "x" * 1001},
                  {"why": "x", "until": "tomorrow"},
                  {"why": "x", "until": "2001-01-01"}):
        assert v.post("/incident/2/hold", {**forms(v, 2), **wrong}
                      ).status == 409
    held = v.post("/incident/2/hold", {
        **forms(v, 2), "why": "<b>court</b>", "until": "2099-12-31"})
    assert held.status == 200
    assert "&lt;b&gt;court" in held.text and "<b>court" not in held.text
    assert other.post("/incident/2/hold", {**late, "why": "x"}
                      ).status == 412
    assert other.post("/incident/2/release", late).status == 412
    keeper = visitor(agent, "keeper").get("/retention").text
    assert "OLD-2" in keeper and "court" not in keeper
    assert "/incident/2" not in keeper
    officer = visitor(agent, "patrol")
    assert "End the hold" not in officer.get("/incident/2").text
    form = officer.get("/incident/2").field("form")
    for act in ("hold", "release", "keep"):
        assert officer.post(f"/incident/2/{act}", {
            "form": form, "hold": "1", "why": "x"}).status == 403
    assert v.post("/incident/2/release", forms(v, 2)).status == 200
    assert "Was held" in v.get("/incident/2").text
    assert v.post("/incident/99/hold", {**forms(v, 2), "why": "x"}
                  ).status == 409


def test_a_review_on_the_page(agent):
    take_in(agent)
    age(agent)
    run(agent)
    v = visitor(agent)
    page = v.get("/retention").text
    assert "<strong>1</strong> incident waits" in page
    assert 'href="/incident/3#kept"' in page and "tipping" in page
    assert v.post("/incident/3/keep", {**forms(v, 3), "why": "bored"}
                  ).status == 409
    assert v.post("/incident/1/keep", {**forms(v, 3), "why": "done"}
                  ).status == 412
    kept = v.post("/incident/3/keep", {**forms(v, 3), "why": "case"})
    assert "kept. An investigation or a court needs it" in kept.text
    assert v.post("/incident/3/keep", {**forms(v, 3), "why": "done"}
                  ).status == 412
    run(agent)
    assert "OLD-3" in refs(agent)
    assert "<strong>0</strong> incidents wait" in v.get("/retention").text
    for odd in ("due=x&id=-1", "hold=%3Cb%3E", "before=999999999999999999999"):
        assert v.get(f"/retention?{odd}").status == 200
