"""A camera's clock against a known place and time: judged, said wherever the
track is shown, undone; and what is looked for again by it."""

import itertools
import json
import sqlite3
from datetime import timedelta

import pytest

from support.chain import read_chain
from support.desk import Visitor, add_account
from support.process import free_port, wait_for
from support.terminal import run_on_terminal
from support.tracks import drive, gpx, nmea
from whole import alone, incident, make_agent

POINTS = drive()
AT, LAT, LON = POINTS[300]
HOUR = timedelta(hours=1)
SLOW = timedelta(hours=1, minutes=2, seconds=13)
PLACE = f"{LAT:.5f},{LON:.5f}"
WORDS = "1 h 2 min 13 s slow by UTC"
KNOWN = ["--place", PLACE, "--time", AT.strftime("%Y-%m-%dT%H:%M:%SZ")]


@pytest.fixture(name="port", scope="module")
def the_port():
    return free_port()


@pytest.fixture(name="agent", scope="module")
def the_agent(tmp_path_factory, port):
    folder = tmp_path_factory.mktemp("clock")
    with make_agent(folder, {**alone(folder),
                             "review": {"port": port}}) as agent:
        yield agent


def bring(agent, folder, text, name="front.gpx"):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    done = agent.command("track", "import", "--class", "dashcam", str(path))
    return str(json.loads(done.stdout.splitlines()[0])["track"])


@pytest.fixture(name="track")
def the_track(agent, tmp_path):
    track = bring(agent, tmp_path, gpx(POINTS, shift=-SLOW))
    yield track
    agent.command("track", "delete", track)


def clock(agent, track, *words, status=0):
    done = agent.command("track", "clock", track, *words, check=False)
    assert done.returncode == status, done.stderr + done.stdout
    return [json.loads(line) for line in done.stdout.splitlines()], done.stderr


def shown(agent, track):
    return json.loads(agent.command("track", "show", track).stdout)


def recordings(agent, ref):
    done = agent.command("incident", "show", ref, "--json", check=False)
    return json.loads(done.stdout)["recordings"] if done.stdout else []


def test_it_is_said_wherever_the_track_is_shown(agent, port, track, tmp_path):
    when = AT.strftime("%Y-%m-%dT%H:%M:%SZ")
    agent.drop("in.json", [incident(
        "SEEN", opened_at=when, lat=LAT, lon=LON, accuracy_m=30,
        log=[{"at": when, "by": "CALL", "text": "dogs in the field"}])])
    wait_for(lambda: agent.command("incident", "show", "SEEN", "--json",
                                   check=False).returncode == 0)
    assert recordings(agent, "SEEN") == []
    before = shown(agent, track)
    [dry], _ = clock(agent, track, *KNOWN, "--dry-run")
    assert dry["chosen"] and dry["judgement"] is None and dry["says"] == WORDS
    assert shown(agent, track) == before
    [done], _ = clock(agent, track, *KNOWN, "--give-or-take", "5",
                      "--why", "ANPR, the camera by the bridge")
    assert done["judgement"] == 2 and not done["agrees"]
    after = shown(agent, track)
    assert abs(after["correction_ms"] - SLOW.total_seconds() * 1000) < 100
    assert 5000 < after["uncertainty_ms"] < 10000 and after["clock"] == "drift"
    # The finder has looked again.
    [found] = wait_for(lambda: recordings(agent, "SEEN"))
    assert found["clock_judgement"] == 2
    assert found["match"]["clock_off_s"] == round(
        after["uncertainty_ms"] / 1000, 1)
    evidence = agent.command("evidence", "SEEN").stdout
    bundle = tmp_path / "bundle"
    agent.command("evidence", "SEEN", "--bundle", str(bundle))
    statement = (bundle / "STATEMENT.txt").read_text(encoding="utf-8")
    _, listed = run_on_terminal("track", "show", track, "-c",
                                agent.config_path)
    for said in (agent.command("track", "list").stdout, evidence, statement,
                 after["clock_why"], " ".join(listed.split()),
                 *(agent.command("track", "export", track, "--format",
                                 form).stdout
                   for form in ("gpx", "geojson", "kml", "csv"))):
        assert WORDS in said and "ANPR, the camera by the bridge" in said
        assert "replaces judgement 1" in said
    assert "Judgement 1: +0.000 s" in statement
    assert "Judgement 2: +3733" in statement and "by place, user:" in statement
    add_account(agent, "evidence", "officer,tracks")
    visitor = Visitor(port)
    visitor.log_in("evidence")
    assert "by judgement 2 of it" in visitor.get("/incident/1").text
    # As it was, and what was found by it is gone.
    history, _ = clock(agent, track, "--undo", "--why", "the wrong car")
    assert [h["by"] for h in history] == ["import", "place", "undo"]
    assert [h["replaces"] for h in history] == [None, 1, 2]
    assert history[2]["restates"] == 1 and history[1]["within_m"] == 50
    assert history[1]["known_at"] == when
    again = shown(agent, track)
    assert again["correction_ms"] == before["correction_ms"]
    assert "the wrong car" in again["clock_why"]
    assert recordings(agent, "SEEN") == []
    with sqlite3.connect(f"file:{agent.state}/buzzard.db?mode=ro",
                         uri=True) as db:
        assert db.execute("SELECT count(*) FROM track_chunk WHERE first_ms"
                          " < ?", (AT.timestamp() * 1000 - 3e6,)) \
            .fetchone()[0] > 0  # the fixes' own times


def test_the_log_names_no_place(agent, track):
    clock(agent, track, *KNOWN, "--why", "a secret of the yard")
    lines = [(event, detail) for event, _, detail in
             read_chain(f"{agent.state}/buzzard.db") if "track clock" in detail]
    kinds = [event for event, _ in lines]
    assert "consultation" in kinds and kinds[-1] == "alteration"
    last = json.loads(lines[-1][1])
    assert (last["track"], last["judgement"], last["replaces"],
            last["by"]) == (int(track), 2, 1, "place")
    for _, detail in lines:
        assert "secret" not in detail and PLACE[:5] not in detail


def test_what_it_refuses(agent, track, tmp_path):
    # Nobody was there.
    passes, said = clock(agent, track, "--place", "51.5,0.9", *KNOWN[2:],
                         status=1)
    assert passes == [] and "its nearest is" in said
    # The recording begins there.
    first = f"{POINTS[0][1]},{POINTS[0][2]}"
    [begins], said = clock(agent, track, "--place", first, *KNOWN[2:],
                           status=1)
    assert begins["open"] == "begins there" and "--pass 1" in said
    # There and back again: two answers.
    back = [(at, *p[1:]) for (at, *_), p in zip(
        drive(1200), POINTS + POINTS[::-1])]
    twice = bring(agent, tmp_path, gpx(back, shift=-SLOW), "twice.gpx")
    passes, said = clock(agent, twice, *KNOWN, status=1)
    assert [p["pass"] for p in passes] == [1, 2] and "--pass N" in said
    assert not any(p["chosen"] for p in passes)
    apart = passes[0]["correction_ms"] - passes[1]["correction_ms"]
    assert abs(apart - 599000) < 50
    assert shown(agent, twice)["correction_ms"] == 0
    clock(agent, twice, *KNOWN, "--pass", "3", status=1)
    passes, _ = clock(agent, twice, *KNOWN, "--pass", "2")
    assert passes[1]["judgement"] == 2
    # The satellites' time wants more than a word.
    sky = bring(agent, tmp_path, nmea(drive(begin=AT - timedelta(hours=3))),
                "sky.nmea")
    _, said = clock(agent, sky, *KNOWN, status=1)
    assert "--against-satellites" in said
    passes, _ = clock(agent, sky, *KNOWN, "--against-satellites", "--dry-run")
    assert passes[0]["chosen"]
    # What is known better already.
    right = AT - timedelta(hours=3) + timedelta(seconds=310)
    passes, _ = clock(agent, sky, "--place", PLACE, "--time",
                      right.strftime("%Y-%m-%d %H:%M:%SZ"))
    assert passes[0]["agrees"] and passes[0]["judgement"] is None
    _, said = clock(agent, sky, "--undo", status=1)
    assert "nothing to undo" in said


@pytest.mark.parametrize("words", [
    KNOWN[:2], KNOWN[2:], [*KNOWN, "--undo"], ["--dry-run"], ["--pass", "1"],
    ["--why", "x"], ["--place", PLACE, "--time", "2026-07-10 10:00:00"],
    ["--place", PLACE, "--time", "noon"], [*KNOWN, "--within", "0"],
    [*KNOWN, "--within", "5001"], [*KNOWN, "--give-or-take", "86401"],
    [*KNOWN, "--why", "x" * 301], [*KNOWN, "--why", "a\nb"], ["2"]])
def test_wrong_words(agent, words):
    clock(agent, "1", *words, status=2)


def test_no_place_or_track(agent, track):
    assert clock(agent, "999", *KNOWN, status=1)[0] == []
    _, said = clock(agent, track, "--place", "nowhere at all", *KNOWN[2:],
                    status=1)
    assert "no place that is known" in said


def test_a_later_import_leaves_what_a_person_judged(agent, track, tmp_path):
    """A receiver in the same car would set the clock right by itself."""
    clock(agent, track, *KNOWN)
    judged = shown(agent, track)
    bring(agent, tmp_path, nmea(drive(begin=POINTS[0][0] + timedelta(
        minutes=40))), "twin.nmea")
    assert shown(agent, track) == judged


# The same journey in several recordings


CAMERA = timedelta(seconds=193)  # ahead
JOURNEY = drive(lat=51.9)
THEN, *WHERE = JOURNEY[300]
THERE = f"{WHERE[0]:.5f},{WHERE[1]:.5f}"
WHEN = ["--place", THERE, "--time", THEN.strftime("%Y-%m-%dT%H:%M:%SZ")]


@pytest.fixture(name="tidy")
def clean_agent(agent):
    """Nothing of one test is the same journey as that of the next."""
    yield agent
    for line in agent.command("track", "list").stdout.splitlines():
        agent.command("track", "delete", str(json.loads(line)["track"]))


def correction(agent, track):
    return shown(agent, track)["correction_ms"]


def test_what_was_judged_by_a_recording_follows_it(tidy, tmp_path):
    """One car, three recordings: the first is the clock of the others."""
    first = bring(tidy, tmp_path, gpx(JOURNEY), "a.gpx")
    behind = bring(tidy, tmp_path, gpx(JOURNEY[:400], HOUR), "b.gpx")
    third = bring(tidy, tmp_path, gpx(JOURNEY[100:], HOUR), "c.gpx")
    assert correction(tidy, behind) == correction(tidy, third) == -3600000
    began = {t: shown(tidy, t) for t in (first, behind, third)}
    late = THEN + timedelta(seconds=500)
    known = ["--place", THERE, "--time", late.strftime("%Y-%m-%dT%H:%M:%SZ"),
             "--give-or-take", "2"]
    clock(tidy, first, *known)
    for track, was in ((behind, 3600), (third, 3600)):
        now = shown(tidy, track)
        assert abs(now["correction_ms"] - (500 - was) * 1000) < 1000
        assert f"track {first}" in now["clock_why"]
        assert [j["by"] for j in clock(tidy, track)[0]] == [
            "import", "same journey"]
    ours = [int(t) for t in (first, behind, third)]
    assert [d["by"] for event, _, d in read_chain(f"{tidy.state}/buzzard.db")
            if event == "alteration" and json.loads(d).get("track") in ours
            for d in [json.loads(d)]] == [
                "place", "same journey", "same journey"]
    # And back; what a person has judged stays.
    clock(tidy, third, *WHEN, "--against-satellites")
    judged = shown(tidy, third)
    clock(tidy, first, "--undo")
    for track in (first, behind):
        now = shown(tidy, track)
        assert now["correction_ms"] == began[track]["correction_ms"]
        assert now["uncertainty_ms"] == began[track]["uncertainty_ms"]
    assert shown(tidy, third) == judged


def test_undone_it_follows_what_the_other_now_is(tidy, tmp_path):
    """Of a clock that no longer stands nothing is brought back."""
    first = bring(tidy, tmp_path, gpx(JOURNEY), "a.gpx")
    second = bring(tidy, tmp_path, gpx(JOURNEY[:400], HOUR), "b.gpx")
    for track, seconds in ((second, 900), (first, 1500)):
        at = THEN + timedelta(seconds=seconds)
        clock(tidy, track, "--place", THERE, "--time",
              at.strftime("%Y-%m-%dT%H:%M:%SZ"), "--give-or-take", "2")
    assert abs(correction(tidy, first) - 1500000) < 1000
    assert abs(correction(tidy, second) + 2700000) < 1000
    clock(tidy, second, "--undo")
    assert abs(correction(tidy, second) + 2100000) < 1000
    # Who undoes what the other said, says that it is another journey.
    clock(tidy, second, "--undo")
    assert abs(correction(tidy, second) + 3600000) < 1000
    clock(tidy, first, "--undo")
    assert correction(tidy, first) == 0
    assert abs(correction(tidy, second) + 3600000) < 1000


def test_one_of_two_unknown_ones_is_set(tidy, tmp_path):
    """Two wall clocks abroad: nobody knows either, until one is known."""
    points = drive(lat=48.85, lon=2.35)
    first, second = (bring(tidy, tmp_path, gpx(points, shift, zone=""), name)
                     for shift, name in ((HOUR, "a.gpx"), (CAMERA, "b.gpx")))
    assert correction(tidy, first) is correction(tidy, second) is None
    at, lat, lon = points[300]
    clock(tidy, first, "--place", f"{lat:.5f},{lon:.5f}", "--time",
          at.strftime("%Y-%m-%dT%H:%M:%SZ"))
    assert abs(correction(tidy, second) + 193000) < 5000
    clock(tidy, first, "--undo")
    assert correction(tidy, first) is correction(tidy, second) is None


def test_one_that_was_erased_stays_as_it_was_judged(tidy, tmp_path):
    first = bring(tidy, tmp_path, gpx(JOURNEY), "a.gpx")
    second = bring(tidy, tmp_path, gpx(JOURNEY, HOUR), "b.gpx")
    before = shown(tidy, second)
    tidy.command("track", "delete", first)
    assert shown(tidy, second) == before


RECORDERS = {
    "receiver": (nmea(JOURNEY), "a.nmea"),
    "telephone": (gpx(JOURNEY), "a.gpx"),
    "summer": (gpx(JOURNEY, HOUR), "b.gpx"),
    "camera": (gpx(JOURNEY, CAMERA, zone=""), "c.gpx"),
    "wall": (gpx(JOURNEY, HOUR, zone=""), "d.gpx"),
}


@pytest.mark.parametrize("pair", itertools.combinations(RECORDERS, 2),
                         ids="-".join)
def test_the_order_of_import_decides_nothing(tidy, tmp_path, pair):
    found = []
    for order in (pair, pair[::-1]):
        tracks = {name: bring(tidy, tmp_path, *RECORDERS[name])
                  for name in order}
        found.append({name: (correction(tidy, t), shown(tidy, t)["clock"])
                      for name, t in tracks.items()})
        for track in tracks.values():
            tidy.command("track", "delete", track)
    assert found[0] == found[1]
