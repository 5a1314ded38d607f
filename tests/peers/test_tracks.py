"""Recordings of positions: imported, sealed, judged, and told apart."""

import csv
import hashlib
import json
import os
import shutil
import sqlite3
import stat
import subprocess
from datetime import timedelta

import pytest

from support.chain import read_chain
from support.process import may_confine, wait_for
from support.terminal import run_on_terminal
from support.tracks import drive, gpx, nmea, shared_tracks
from whole import alone, incident, make_agent, rows

HOUR = timedelta(hours=1)


@pytest.fixture(name="agent")
def the_agent(tmp_path):
    """A state that an agent has left."""
    with make_agent(tmp_path, alone(tmp_path)) as agent:
        pass
    return agent


def put(folder, name, text):
    path = os.path.join(folder, name)
    with open(path, "w", encoding="utf-8", newline="") as f:
        f.write(text)
    return path


def import_tracks(agent, *args, status=0):
    """One answer a file."""
    done = agent.command("track", "import", *map(str, args), check=False)
    assert done.returncode == status, done.stderr + done.stdout
    return [json.loads(line) for line in done.stdout.splitlines()]


def sealed(agent, content, ending):
    digest = hashlib.sha256(content).hexdigest()
    return f"{agent.state}/evidence/{digest[:2]}/{digest}{ending}"


def audit(agent):
    """(event, detail) of all lines about tracks."""
    lines = [(event, json.loads(detail)) for event, _, detail in
             read_chain(f"{agent.state}/buzzard.db")]
    return [(event, detail) for event, detail in lines
            if "track" in detail or "track" in detail.get("command", "")]


def test_import_seals_and_is_harmless_again(agent, tmp_path):
    text = gpx(drive())
    path = put(tmp_path, "Front Camera.GPX", text)
    [first] = import_tracks(agent, "--class", "dashcam", "--unit", "EP12",
                            path)
    assert first["new"] and first["track"] == 1
    assert (first["format"], first["fixes"], first["timed"]) == (
        "gpx", 600, 600)
    kept = sealed(agent, text.encode(), ".gpx")
    with open(kept, encoding="utf-8") as f:
        assert f.read() == text
    assert stat.S_IMODE(os.stat(kept).st_mode) == 0o440
    other = shutil.copy(path, tmp_path / "again.gpx")
    for same in (path, other):
        [again] = import_tracks(agent, same)
        assert not again["new"] and again["track"] == 1
    status, said = run_on_terminal("track", "import", path, "-c",
                                   agent.config_path)
    assert status == 0 and "already stored as 1" in said
    assert rows(agent, "SELECT count(*), min(class), min(unit) FROM track") \
        == [(1, 3, "EP12")]
    [(event, detail)] = audit(agent)
    assert event == "collection" and detail["track"] == 1
    assert detail["sha256"] == hashlib.sha256(text.encode()).hexdigest()
    assert sorted(os.listdir(f"{agent.state}/evidence")) == sorted(
        [os.path.basename(os.path.dirname(kept)), "lock"])


def test_leave(agent, tmp_path):
    path = put(tmp_path, "a.gpx", gpx(drive()))
    [got] = import_tracks(agent, "--leave", path)
    assert got["new"]
    assert os.listdir(f"{agent.state}/evidence") == ["lock"]
    assert rows(agent, "SELECT is_kept, origin FROM track") == [(0, path)]


def test_folder_with_bad_files(agent, tmp_path):
    folder = tmp_path / "card"
    (folder / "deeper").mkdir(parents=True)
    put(folder, "a.gpx", gpx(drive(100)))
    put(folder, "b.gpx", "this is no track")
    put(folder, "c.gpx", "")
    put(folder, "d.gpx", '<gpx version="1.1"><wpt lat="51" lon="0"/></gpx>')
    put(folder, ".hidden.gpx", gpx(drive(50)))
    put(folder, "e.gpx.part", gpx(drive(60)))
    put(folder / "deeper", "f.gpx", gpx(drive(70)))
    os.symlink(folder / "a.gpx", folder / "link.gpx")
    got = {os.path.basename(g["file"]): g
           for g in import_tracks(agent, folder, status=1)}
    assert sorted(got) == ["a.gpx", "b.gpx", "c.gpx", "d.gpx", "f.gpx"]
    assert got["a.gpx"]["fixes"] == 100 and got["f.gpx"]["fixes"] == 70
    assert "no track format" in got["b.gpx"]["refused"]
    assert "empty" in got["c.gpx"]["refused"]
    assert "waypoints: 1" in got["d.gpx"]["refused"]
    # Nothing of a refused file stays.
    assert rows(agent, "SELECT count(*) FROM track") == [(2,)]
    kept = [f for _, _, files in os.walk(f"{agent.state}/evidence")
            for f in files if f != "lock"]
    assert len(kept) == 2


def test_wrong_words(agent, tmp_path):
    assert agent.command("track", "import", check=False).returncode == 2
    path = put(tmp_path, "a.gpx", gpx(drive(10)))
    assert agent.command("track", "import", "--class", "car", path,
                         check=False).returncode == 2
    done = agent.command("track", "import", "/nowhere.gpx", check=False)
    assert done.returncode == 4 and "/nowhere.gpx" in done.stderr


# What is stored: listed, shown, exported, erased


def points(agent, path):
    done = subprocess.run([agent.program, "track", "points", "--json", path],
                          capture_output=True, text=True, check=True,
                          timeout=60)
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_list_and_show(agent, tmp_path):
    import_tracks(agent, "--class", "dashcam", "--unit", "EP12",
                  put(tmp_path, "a.gpx", gpx(drive())))
    import_tracks(agent, "--class", "unit", put(
        tmp_path, "b.nmea", nmea(drive(300, lat=51.9))))
    rows_of = [json.loads(line) for line in agent.command(
        "track", "list").stdout.splitlines()]
    assert [r["track"] for r in rows_of] == [2, 1]
    assert rows_of[1]["unit"] == "EP12"
    assert rows_of[1]["first_at"] == "2026-07-10T09:42:07Z"
    for more, want in ((["--class", "unit"], [2]), (["--unit", "EP12"], [1]),
                       (["--limit", "1"], [2]),
                       (["--since", "2026-07-10T09:50:00Z"], [1]),
                       (["--until", "2026-07-10T09:00:00Z"], [])):
        got = agent.command("track", "list", *more).stdout.splitlines()
        assert [json.loads(line)["track"] for line in got] == want, more
    [shown] = agent.command("track", "show", "1").stdout.splitlines()
    assert json.loads(shown) == rows_of[1]
    status, said = run_on_terminal("track", "show", "1", "-c",
                                   agent.config_path)
    assert status == 0 and "its times say that they are UTC" in said
    assert "kept at" in said and "600 fixes" in said
    looks = [d["command"] for e, d in audit(agent) if e == "consultation"]
    assert looks == ["track list"] * 6 + ["track show"] * 2
    assert [d["what"] for e, d in audit(agent) if e == "consultation"] == [
        "limit=100", "limit=100 class=unit", "limit=100 unit=EP12", "limit=1",
        "limit=100 since=2026-07-10T09:50:00Z",
        "limit=100 until=2026-07-10T09:00:00Z", "1", "1"]
    for words, status in ((["show"], 2), (["show", "x"], 2), (["list", "1"], 2),
                          (["list", "--since", "noon"], 2),
                          (["show", "99"], 1), (["export", "99"], 1),
                          (["export", "1", "--format", "fit"], 2),
                          (["delete"], 2), (["delete", "99"], 1),
                          (["hold", "99"], 1)):
        assert agent.command("track", *words,
                             check=False).returncode == status, words


def test_export_reads_the_same(agent, tmp_path):
    """Also on a clock that was corrected: the export is in UTC."""
    path = put(tmp_path, "bst.gpx", gpx(drive(), zone=""))
    import_tracks(agent, path)
    before = points(agent, path)
    for form in ("gpx", "geojson", "kml", "csv"):
        done = agent.command("track", "export", "1", "--format", form)
        assert "-3600" in done.stdout and "BST" in done.stdout
        after = points(agent, put(tmp_path, f"x.{form}", done.stdout))
        assert [(p["lat"], p["lon"]) for p in after] == \
            [(p["lat"], p["lon"]) for p in before]
        assert after[0]["time"] == "2026-07-10T08:42:07Z"
        assert after[-1]["time"] == "2026-07-10T08:52:06Z"
    cleaned = agent.command("track", "export", "1", "--cleaned").stdout
    assert "<trkpt" in cleaned and "Cleaned" in cleaned
    given = [d["what"] for e, d in audit(agent) if e == "disclosure"]
    assert given == ["track 1 as gpx", "track 1 as geojson", "track 1 as kml",
                     "track 1 as csv", "track 1 as gpx, cleaned"]


def test_delete_really_deletes(agent, tmp_path):
    text = gpx(drive())
    path = put(tmp_path, "a-name-to-forget.gpx", text)
    import_tracks(agent, path)
    agent.command("track", "hold", "1")
    done = agent.command("track", "delete", "1", check=False)
    assert done.returncode == 1 and "held" in done.stderr
    agent.command("track", "release", "1")
    assert os.path.exists(sealed(agent, text.encode(), ".gpx"))
    done = agent.command("track", "delete", "1", "--why", "asked by its owner")
    assert "600 fixes and the original" in done.stdout
    assert not os.path.exists(sealed(agent, text.encode(), ".gpx"))
    for table in ("track", "track_chunk", "track_box"):
        assert rows(agent, f"SELECT count(*) FROM {table}") == [(0,)]
    for name in os.listdir(agent.state):
        full = f"{agent.state}/{name}"
        if os.path.isfile(full):
            with open(full, "rb") as f:
                assert b"a-name-to-forget" not in f.read(), name
    [(_, erased)] = [a for a in audit(agent) if a[0] == "erasure"]
    assert erased["what"] == "track and original erased"
    assert erased["why"] == "asked by its owner"
    assert erased["sha256"] == hashlib.sha256(text.encode()).hexdigest()
    # One that was left where it was is not touched.
    import_tracks(agent, "--leave", path)
    done = agent.command("track", "delete", "1")
    assert "not touched" in done.stdout and os.path.exists(path)


def test_deleted_beside_the_agent(watching, tmp_path):
    """Nothing of it is in any file while the agent has the database open."""
    path = put(tmp_path, "a-name-to-forget.gpx", gpx(drive()))
    import_tracks(watching, path)
    watching.command("track", "delete", "1")
    for folder, _, files in os.walk(watching.state):
        for full in (f"{folder}/{name}" for name in files):
            if os.path.isfile(full):
                with open(full, "rb") as f:
                    assert b"a-name-to-forget" not in f.read(), full


# Clocks


def clock_of(agent, track):
    [(correction, why)] = rows(
        agent, f"SELECT correction_ms, clock_why FROM track WHERE id = {track}")
    return correction, why


def test_same_journey_in_two_zones(agent, tmp_path):
    """The BST hour: whichever comes first, the later one is corrected."""
    utc = put(tmp_path, "utc.gpx", gpx(drive()))
    local = put(tmp_path, "bst.gpx", gpx(drive(), HOUR))
    import_tracks(agent, utc)
    [got] = import_tracks(agent, local)
    assert got["correction_ms"] == -3600000
    assert "written here as if it were UTC" in got["clock_why"]
    assert clock_of(agent, 1)[0] == 0


def test_same_journey_corrects_the_older(agent, tmp_path):
    local = put(tmp_path, "bst.gpx", gpx(drive(), HOUR))
    utc = put(tmp_path, "utc.gpx", gpx(drive()))
    import_tracks(agent, local)
    assert clock_of(agent, 1)[0] == 0
    [got] = import_tracks(agent, utc)
    assert got["correction_ms"] == 0
    correction, why = clock_of(agent, 1)
    assert correction == -3600000 and "track 2" in why
    assert [e for e, _ in audit(agent)] == [
        "collection", "collection", "alteration"]


def test_adrift_against_a_receiver(agent, tmp_path):
    """A camera 193 s fast, in a car with a receiver."""
    import_tracks(agent, "--class", "unit", put(tmp_path, "a.nmea",
                                                nmea(drive())))
    [got] = import_tracks(agent, put(tmp_path, "b.gpx", gpx(
        drive(), timedelta(seconds=193))))
    assert got["clock"] == "drift"
    assert abs(got["correction_ms"] + 193000) <= 1000
    assert "adrift" in got["clock_why"]


def test_another_day_is_no_twin(agent, tmp_path):
    """The same road at another pace, and standing still beside it."""
    import_tracks(agent, put(tmp_path, "a.gpx", gpx(drive())))
    slower = [(at + timedelta(seconds=i * 0.2) + HOUR, lat, lon)
              for i, (at, lat, lon) in enumerate(drive())]
    parked = [(at, lat, lon) for (at, _, _), (_, lat, lon) in zip(
        drive(), drive(1) * 600)]
    for name, points in (("b.gpx", slower), ("c.gpx", parked)):
        [got] = import_tracks(agent, put(tmp_path, name, gpx(points)))
        assert got["clock_why"] == "its times say that they are UTC"


def test_local_abroad_is_unknown(agent, tmp_path):
    [got] = import_tracks(agent, put(tmp_path, "a.gpx", gpx(
        drive(lat=48.85, lon=2.35), zone="")))
    assert got["correction_ms"] is None
    assert "unknown" in got["clock_why"]


# Real recordings


REFUSED = {
    "INDEX.csv": "no columns of latitude", "SOURCE.md": "no track format",
    "gpmf/hero6+ble.raw": "no position of a track",
    "gpx/unicode_with_bom.gpx": "waypoints: 1",
    "mp4/EV20191130-121056-000130.MP4": "no positions",
    "mp4/NO20191130-122056-000140.MP4": "nothing in it can be used",
    "mp4/NO20191130-123656-000156.MP4": "no track format",
}

# Damaged on purpose; what the index says of them is another program's guess.
DAMAGED = {"mp4/NO20191130-120256-000122.MP4": 61}


def test_every_real_file(agent):
    folder = shared_tracks()
    if not folder:
        pytest.skip("no recordings beside the project")
    if not may_confine():  # exiftool has the word on one of them
        pytest.skip("Landlock may not be used here")
    with open(f"{folder}/INDEX.csv", encoding="utf-8") as f:
        index = {row["file"]: row["fixes"] for row in csv.DictReader(f)}
    got = {os.path.relpath(g["file"], folder): g
           for g in import_tracks(agent, folder, status=1)}
    assert set(index) <= set(got)
    for name, g in got.items():
        if name in REFUSED:
            assert REFUSED[name] in (g["refused"] or ""), name
            continue
        assert g["refused"] is None and g["new"], name
        want = DAMAGED.get(name, index[name])
        if want != "":
            assert g["fixes"] == int(want), name
        assert 0 < g["kept"] <= g["fixes"], name
        assert g["clock_why"], name
    # One flight as GPX and as KML is known again.
    assert "the same journey, agrees" in \
        got["kml/catalina-track.kml"]["clock_why"]
    again = import_tracks(agent, folder, status=1)
    assert not any(g["new"] for g in again)
    total = sum(g["fixes"] for g in got.values())
    assert rows(agent, "SELECT sum(fixes) FROM track") == [(total,)]


# The watched folder


@pytest.fixture(name="watching")
def the_watching_agent(tmp_path):
    """An agent with a folder of recordings beside its incidents."""
    os.makedirs(tmp_path / "cards")
    config = {**alone(tmp_path), "feeds": [
        {"name": "control-room", "type": "directory",
         "path": f"{tmp_path}/feed"},
        {"name": "cards", "type": "tracks", "path": f"{tmp_path}/cards",
         "class": "dashcam", "unit": "EP12"}]}
    with make_agent(tmp_path, config) as agent:
        yield agent


def drop_card(tmp_path, name, text):
    os.rename(put(tmp_path, f"{name}.tmp", text), tmp_path / "cards" / name)


def wait_gone(tmp_path, *names):
    """Taken in and removed: where it was, it is not, nor anywhere near."""
    wait_for(lambda: not any(os.path.exists(tmp_path / "cards" / name)
                             for name in names), 20, names)
    assert os.listdir(tmp_path / "cards/done") == []


def test_watched_folder(watching, tmp_path):
    text = gpx(drive())
    drop_card(tmp_path, "a.gpx", text)
    wait_gone(tmp_path, "a.gpx")
    assert rows(watching, "SELECT class, unit, fixes, actor FROM track") == [
        (3, "EP12", 600, "agent")]
    with open(sealed(watching, text.encode(), ".gpx"), encoding="utf-8") as f:
        assert f.read() == text
    # What cannot be used is set aside, said once, and in nobody's way.
    drop_card(tmp_path, "b.gpx", "this is no track")
    drop_card(tmp_path, "c.gpx", text)
    drop_card(tmp_path, "d.gpx", gpx(drive(lat=51.9)))
    wait_gone(tmp_path, "b.gpx", "c.gpx", "d.gpx")
    assert os.path.exists(tmp_path / "cards/refused/b.gpx")
    assert watching.log().count("file refused feed=cards file=b.gpx") == 1
    assert rows(watching, "SELECT count(*) FROM track") == [(2,)]
    # Incidents come in beside it.
    watching.drop("a.ndjson", [incident("A")])
    watching.wait_taken("a.ndjson")
    assert [e for e, _ in audit(watching)] == ["collection"] * 2


def test_watched_folder_keeps_what_nobody_has(watching, tmp_path):
    """Stored before, and its original is not in the evidence store."""
    left, lost = gpx(drive()), gpx(drive(lat=51.9))
    import_tracks(watching, "--leave", put(tmp_path, "left.gpx", left))
    import_tracks(watching, put(tmp_path, "lost.gpx", lost))
    os.unlink(sealed(watching, lost.encode(), ".gpx"))
    for name, text in (("a.gpx", left), ("b.gpx", lost)):
        drop_card(tmp_path, name, text)
        wait_for(lambda n=name: os.path.exists(tmp_path / "cards/done" / n),
                 20, name)
    assert rows(watching, "SELECT count(*) FROM track") == [(2,)]


def test_retention(watching, tmp_path):
    """By class; what is held stays; the original goes too."""
    old, held = gpx(drive()), gpx(drive(lat=51.9))
    for name, text in (("a.gpx", old), ("b.gpx", held)):
        drop_card(tmp_path, name, text)
        wait_gone(tmp_path, name)
    watching.command("track", "hold", "2")
    with sqlite3.connect(f"{watching.state}/buzzard.db", timeout=10) as db:
        db.execute("UPDATE track SET imported_ms = imported_ms"
                   " - 91 * 86400000")
    watching.hup()
    wait_for(lambda: rows(watching, "SELECT id FROM track") == [(2,)], 20,
             "retention")
    watching.wait_log("track erased, its time was over track=1")
    wait_for(lambda: not os.path.exists(sealed(
        watching, old.encode(), ".gpx")), 20, "the original's end")
    assert os.path.exists(sealed(watching, held.encode(), ".gpx"))
    [erased] = [d for e, d in audit(watching) if e == "erasure"]
    assert erased["why"] == "retention" and erased["track"] == 1
