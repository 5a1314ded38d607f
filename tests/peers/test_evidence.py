"""Recordings that could show an incident: found, kept, withdrawn, bundled."""

import hashlib
import json
import os
import pty
import sqlite3
import subprocess
from datetime import timedelta
from math import sin

import pytest

from support.chain import read_chain
from support.desk import Visitor, add_account
from support.process import free_port, wait_for
from support.tracks import SUMMER, drive, gpx
from whole import alone, incident, make_agent

POINTS = drive()
AT, LAT, LON = POINTS[300]


def call(ref="A", at=AT, lat=LAT, lon=LON, text="dogs in the field", **more):
    """An incident beside the drive, at its tenth minute."""
    when = at.strftime("%Y-%m-%dT%H:%M:%SZ")
    return incident(ref, opened_at=when, lat=lat, lon=lon, accuracy_m=30,
                    log=[{"at": when, "by": "CALL", "text": text}], **more)


@pytest.fixture(name="agent")
def the_agent(tmp_path):
    with make_agent(tmp_path, alone(tmp_path)) as agent:
        yield agent


def put(folder, name, text):
    path = os.path.join(folder, name)
    with open(path, "w", encoding="utf-8", newline="") as f:
        f.write(text)
    return path


def bring(agent, folder, name="front.gpx", points=POINTS, options=()):
    done = agent.command("track", "import", "--class", "dashcam", *options,
                         put(folder, name, gpx(points)))
    return json.loads(done.stdout.splitlines()[0])["track"]


def report(agent, **members):
    agent.drop("in.json", [call(**members)])


def recordings(agent, ref="A", *options):
    done = agent.command("incident", "show", ref, *options, "--json",
                         check=False)
    if done.returncode:
        return []
    return json.loads(done.stdout)["recordings"]


def evidence(agent, *words, status=0):
    done = agent.command("evidence", *words, "--json", check=False)
    assert done.returncode == status, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def events(agent, kind):
    return [json.loads(detail) for event, _, detail in
            read_chain(f"{agent.state}/buzzard.db") if event == kind]


def test_a_track_finds_the_incident(agent, tmp_path):
    report(agent)
    wait_for(lambda: agent.command("incident", "show", "A", "--json",
                                   check=False).returncode == 0)
    track = bring(agent, tmp_path)
    [found] = wait_for(lambda: recordings(agent))
    match = found["match"]
    assert found["track"] == track and found["class"] == "dashcam"
    assert match["confidence"] == "certain" and match["distance_m"] < 10
    assert match["least_m"] <= match["distance_m"] <= match["most_m"]
    assert match["at"].startswith(AT.strftime("%Y-%m-%dT%H:%M"))
    shown = agent.command("incident", "show", "A").stdout
    assert "front.gpx" in shown
    assert {"command": "evidence", "track": track} in events(
        agent, "combination")


def test_an_incident_finds_the_track_and_loses_it(agent, tmp_path):
    track = bring(agent, tmp_path)
    report(agent, revision=1)
    wait_for(lambda: recordings(agent))
    agent.drop("b.json", [call(revision=2, lat=LAT + 0.2)])
    wait_for(lambda: recordings(agent, "A", "--history")[0]["ended_at"])
    assert not recordings(agent)
    agent.drop("c.json", [call(revision=3)])
    wait_for(lambda: recordings(agent))
    assert len(recordings(agent, "A", "--history")) == 2
    agent.command("track", "delete", str(track), "--why", "not ours")
    wait_for(lambda: not recordings(agent, "A", "--history"))


def test_what_came_while_nobody_was_there(tmp_path):
    with make_agent(tmp_path, alone(tmp_path)) as agent:
        report(agent)
        wait_for(lambda: agent.command("incident", "show", "A", "--json",
                                       check=False).returncode == 0)
    bring(agent, tmp_path)
    with agent:
        wait_for(lambda: recordings(agent))


def test_evidence_says_how_near_and_how_sure(agent, tmp_path):
    bring(agent, tmp_path)
    bring(agent, tmp_path, "other.gpx",
          [(at, lat, 2 * LON - lon) for at, lat, lon in
           drive(begin=SUMMER + timedelta(hours=3))])
    report(agent, text="this was about two hours ago",
           at=AT + timedelta(hours=2))
    wait_for(lambda: recordings(agent))
    [first] = evidence(agent, "A")
    assert (first["rank"], first["name"]) == (1, "front.gpx")
    assert first["passes"] and first["looking_is_movement"]
    assert first["view"] in ("in view", "partly in view")
    text = agent.command("evidence", "A").stdout
    # Piped, it is JSON; the words are for a terminal.
    assert json.loads(text.splitlines()[0])["name"] == "front.gpx"
    assert not evidence(agent, "A", "--within", "1", "--minutes", "1") or \
        evidence(agent, "A", "--within", "1", "--minutes", "1")[0][
            "confidence"] != "certain"
    assert any(d == {"command": "evidence"}
               for d in events(agent, "consultation"))
    evidence(agent, "NONE", status=1)


def sums_hold(folder):
    return subprocess.run(["sha256sum", "--strict", "--quiet", "-c",
                           "SHA256SUMS"], cwd=folder, check=False,
                          capture_output=True).returncode == 0


def files_of(folder):
    return sorted(os.path.relpath(os.path.join(top, name), folder)
                  for top, _, names in os.walk(folder) for name in names)


def test_bundle(agent, tmp_path):
    track = bring(agent, tmp_path, "Front Camera (1).gpx")
    left = bring(agent, tmp_path, "left.gpx", drive(500), ["--leave"])
    report(agent)
    wait_for(lambda: len(recordings(agent)) == 2)
    folder = tmp_path / "bundle"
    evidence(agent, "A", "--bundle", f"{folder}/")
    assert files_of(folder) == sorted([
        "SHA256SUMS", "STATEMENT.txt", "matches.json",
        f"originals/{track}-Front_Camera__1_.gpx",
        f"originals/{left}-left.gpx",
        *(f"tracks/{t}-{end}" for t in (track, left)
          for end in ("cleaned.csv", "cleaned.gpx", "near.csv"))])
    assert sums_hold(folder)
    with open(folder / "SHA256SUMS", encoding="utf-8") as f:
        listed = [line.split("  ", 1)[1].strip() for line in f]
    assert sorted([*listed, "SHA256SUMS"]) == files_of(folder)
    with open(folder / "originals" / f"{left}-left.gpx", "rb") as f:
        assert f.read() == (tmp_path / "left.gpx").read_bytes()
    statement = (folder / "STATEMENT.txt").read_text(encoding="utf-8")
    for words in ("left where it was", "certain", "kept in the derived track",
                  "with buzzard ", "good to", "Because:"):
        assert words in statement, words
    assert "dogs in the field" not in statement
    [told] = events(agent, "disclosure")
    assert told["sha256sums"] == hashlib.sha256(
        (folder / "SHA256SUMS").read_bytes()).hexdigest()
    assert sorted(told["track_ids"]) == [track, left]
    os.chmod(folder / "matches.json", 0o640)
    with open(folder / "matches.json", "a", encoding="utf-8") as f:
        f.write(" ")
    assert not sums_hold(folder)


def test_no_bundle_of_what_has_changed(agent, tmp_path):
    bring(agent, tmp_path, "left.gpx", POINTS, ["--leave"])
    report(agent)
    wait_for(lambda: recordings(agent))
    folder = tmp_path / "bundle"
    with open(tmp_path / "left.gpx", "a", encoding="utf-8") as f:
        f.write("\n")
    done = agent.command("evidence", "A", "--bundle", str(folder),
                         check=False)
    assert done.returncode == 4 and "is not what was imported" in done.stderr
    os.unlink(tmp_path / "left.gpx")
    done = agent.command("evidence", "A", "--bundle", str(folder),
                         check=False)
    assert done.returncode == 4 and "put it back" in done.stderr
    assert not folder.exists() and not (tmp_path / "bundle.part").exists()
    assert not events(agent, "disclosure")


def test_a_bundle_is_new(agent, tmp_path):
    bring(agent, tmp_path)
    report(agent)
    wait_for(lambda: recordings(agent))
    (tmp_path / "bundle").mkdir()
    done = agent.command("evidence", "A", "--bundle",
                         str(tmp_path / "bundle"), check=False)
    assert done.returncode == 4 and "is there already" in done.stderr
    (tmp_path / "b2.part").mkdir()
    done = agent.command("evidence", "A", "--bundle", str(tmp_path / "b2"),
                         check=False)
    assert done.returncode == 4 and "not finished: remove it" in done.stderr
    assert (tmp_path / "b2.part").exists()
    assert not events(agent, "disclosure")


def on_terminal(agent, *words):
    """What a command says to people."""
    ours, theirs = pty.openpty()
    said = b""
    with subprocess.Popen([agent.program, *words, "-c", agent.config_path],
                          stdout=theirs, env={**os.environ, "TERM": "dumb"}):
        os.close(theirs)
        try:
            while piece := os.read(ours, 4096):
                said += piece
        except OSError:  # its end, on Linux
            pass
    os.close(ours)
    return said.decode()


def test_an_unknown_clock_comes_last_and_apart(agent, tmp_path):
    """In range, and nobody knows when: named, but behind all others."""
    lost = bring(agent, tmp_path, "lost.gpx", [
        (at + timedelta(days=3), lat, lon + 1e-3) for at, lat, lon in POINTS])
    with sqlite3.connect(f"{agent.state}/buzzard.db") as db:
        db.execute("UPDATE track_box SET first_s = -1e12, last_s = 1e12")
        db.execute("UPDATE track SET correction_ms = NULL, clock = 0")
    db.close()
    known = bring(agent, tmp_path)
    report(agent)
    wait_for(lambda: recordings(agent))
    found = evidence(agent, "A")
    assert [f["track"] for f in found] == [known, lost]
    assert found[1]["confidence"] == "unknown"
    text = on_terminal(agent, "evidence", "A")
    first, apart = text.split("Could be, clock unknown")
    assert "front.gpx" in first and "lost.gpx" not in first
    assert "lost.gpx" in apart
    # It is named, and stands with no incident.
    assert [f["track"] for f in recordings(agent)] == [known]


def together(agent, *words, status=0):
    done = agent.command("track", "together", *map(str, words), "--json",
                         check=False)
    assert done.returncode == status, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_together(agent, tmp_path):
    first = bring(agent, tmp_path)
    behind = bring(agent, tmp_path, "behind.gpx", [
        (at + timedelta(seconds=round(12 + 8 * sin(i / 40))), lat, lon)
        for i, (at, lat, lon) in enumerate(POINTS)])
    away = bring(agent, tmp_path, "away.gpx", [
        (at, lat, 2 * LON - lon + 0.05) for at, lat, lon in POINTS])
    [pair] = together(agent, first, behind)
    assert pair["together"] == "mostly together"
    assert pair["together_m"] > 10000
    assert 4 < pair["stretches"][0]["lag_s"] < 20
    [pair] = together(agent, first, away)
    assert pair["together"] == "apart" and pair["stretches"] == []
    assert [p["other"] for p in together(agent, first)] == [behind]
    assert [d["what"] for d in events(agent, "consultation")
            if d["command"] == "track together"] == [
        f"tracks {first} and {behind}", f"tracks {first} and {away}",
        f"track {first} and all of its time"]
    together(agent, first, 99, status=1)
    # Part of it is gone: an error, and no answer from the rest.
    with sqlite3.connect(f"{agent.state}/buzzard.db") as db:
        db.execute("DELETE FROM track_chunk WHERE track_id = ? AND seq = 1",
                   [away])
    db.close()
    done = agent.command("track", "together", str(first), str(away),
                         check=False)
    assert done.returncode == 4
    assert f"fixes of track {away} are not there" in done.stderr
    together(agent, first, behind, "--plate", "AB12CDE", status=2)


def test_together_with_a_plate(agent, tmp_path):
    track = bring(agent, tmp_path)
    agent.drop("in.json", [
        call("A", text="silver estate, index AB12 CDE"),
        call("B", lat=LAT + 0.2, text="AB12CDE again, in the next field"),
        call("C", text="index AB12 CDF")])
    agent.wait_taken("in.json")
    seen = together(agent, track, "--plate", "ab12 cde")
    assert {s["ref"]: s["with_track"] for s in seen} == {
        "A": "certain", "B": None}
    with_plate = f"track {track} and a plate"
    assert [d["what"] for d in events(agent, "consultation")
            if d["command"] == "track together"] == [with_plate]
    chain = read_chain(f"{agent.state}/buzzard.db")
    assert len({incident for event, incident, detail in chain
                if event == "combination" and json.loads(detail) == {
                    "command": "track together", "what": with_plate}}) == 2
    assert "AB12" not in json.dumps(chain)
    together(agent, track, "--plate", "AB1?", status=2)


def test_the_review_page_shows_it_to_its_role(tmp_path):
    port = free_port()
    config = {**alone(tmp_path), "review": {"port": port}}
    with make_agent(tmp_path, config) as agent:
        add_account(agent, "liaison", "reviewer")
        add_account(agent, "evidence", "officer,tracks")
        bring(agent, tmp_path, "<b>front.gpx")
        report(agent)
        wait_for(lambda: recordings(agent))
        pages = []
        for name in ("liaison", "evidence"):
            visitor = Visitor(port)
            visitor.log_in(name)
            pages.append(visitor.get("/incident/1").text)
        assert "front.gpx" not in pages[0]
        assert "&lt;b&gt;front.gpx</strong> dashcam, certain" in pages[1]
        assert {"page": "incident, recordings"} in events(
            agent, "consultation")
