"""Positions held against those that gpsbabel and exiftool read from the same
files, to 1e-6 degrees and 1 ms.  Where they differ the reason stands here."""

import csv
import datetime
import json
import math
import os
import shutil
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import pytest

from support import program
from support.process import may_confine
from whole import alone, make_agent

SHARED = Path(os.environ.get("BUZZARD_SHARED",
                             Path(__file__).parents[3] / "shared"))
TRACKS = SHARED / "data" / "tracks"
NEAR_DEG, NEAR_MS = 1e-6, 1
CLEAN = {"PATH": "/usr/bin", "TZ": "UTC0", "LC_ALL": "C.UTF-8"}

needs_gpsbabel = pytest.mark.skipif(not shutil.which("gpsbabel"),
                                    reason="gpsbabel is not installed")
needs_exiftool = pytest.mark.skipif(not shutil.which("exiftool"),
                                    reason="exiftool is not installed")
needs_landlock = pytest.mark.skipif(
    not may_confine(), reason="Landlock may not be used here")
needs_shared = pytest.mark.skipif(not TRACKS.is_dir(),
                                  reason="no real recordings (../shared)")


def ms_of(text):
    """Milliseconds since 1970 of a time, whose zone, if it has one, is Z."""
    if text is None:
        return None
    text, _, fraction = text.strip().rstrip("Z").partition(".")
    at = datetime.datetime.fromisoformat(text + "+00:00")
    return int(at.timestamp()) * 1000 + int((fraction + "000")[:3])


def buzzard(*args):
    return subprocess.run([program(), "track", *map(str, args)],
                          capture_output=True, timeout=120)


def ours(path):
    """Latitude, longitude and time of every fix."""
    done = buzzard("points", "--json", path)
    assert done.returncode == 0, done.stderr.decode()
    return [(o["lat"], o["lon"], ms_of(o["time"]))
            for o in map(json.loads, done.stdout.splitlines())]


def inspect(path):
    return json.loads(buzzard("inspect", "--json", path).stdout)


def theirs(path, kind):
    """The same by gpsbabel, or None if it does not read the file."""
    done = subprocess.run(
        ["gpsbabel", "-t", "-i", kind, "-f", path, "-o", "gpx", "-F", "-"],
        capture_output=True, timeout=120, env=CLEAN)
    if done.returncode:
        return None
    found = []
    for e in ElementTree.fromstring(done.stdout).iter():
        if e.tag.endswith("}trkpt"):
            times = [c.text for c in e if c.tag.endswith("}time")]
            found.append((float(e.get("lat")), float(e.get("lon")),
                          ms_of(times[0]) if times else None))
    return found


def is_near(a, b):
    if abs(a[0] - b[0]) > NEAR_DEG or abs(a[1] - b[1]) > NEAR_DEG:
        return False
    if a[2] is None or b[2] is None:
        return a[2] is b[2]
    return abs(a[2] - b[2]) <= NEAR_MS


def differing(a, b):
    assert len(a) == len(b)
    return [i for i, (x, y) in enumerate(zip(a, b)) if not is_near(x, y)]


# Real files that gpsbabel reads: what it calls them.
KINDS = {".gpx": "gpx", ".kml": "kml", ".nmea": "nmea", ".log": "nmea",
         ".igc": "igc", ".csv": "unicsv"}


def real_files():
    return sorted(p for p in TRACKS.rglob("*")
                  if p.suffix in KINDS and p.name != "INDEX.csv")


def explain_leipzig(a, b):
    """Its first point says 1970-01-01T00:00:00Z, which gpsbabel keeps for
    "no time".  What a recorder wrote is not ours to drop here."""
    assert differing(a, b) == [0] and a[0][2] == 0 and b[0][2] is None


def explain_igc(a, b):
    """gpsbabel gives each position twice: a track with the height by pressure
    and one with that by GNSS."""
    assert differing(a, b[:len(a)]) == [] == differing(a, b[len(a):])


def explain_reno(a, b):
    """gpsbabel pairs the time of a sentence with the place of the one before
    it, so that its first two points are one place and all others are a sample
    late.  The file's RMC sentences, which have both, are as ours."""
    assert b[0][:2] == b[1][:2]
    moved = [(y[0], y[1], x[2]) for x, y in zip(a, b[1:])]
    assert differing(a[:-1], moved) == []
    rmc = []
    for line in (TRACKS / "nmea/reno-drive-a.nmea").read_text().splitlines():
        f = line.split(",")
        if f[0] == "$GPRMC" and f[2] == "A":
            rmc.append([int(v[:-7]) + float(v[-7:]) / 60
                        for v in (f[3], f[5])])
    assert len(rmc) == len(a)
    assert all(abs(r[0] - x[0]) < NEAR_DEG and abs(-r[1] - x[1]) < NEAR_DEG
               for r, x in zip(rmc, a))


def explain_no_names(a, b):
    """A table without names of columns, of which gpsbabel reads nothing."""
    assert len(a) == 218 and not b


def explain_unread(a, b):
    """gpsbabel stops at a column that it takes for one of its own."""
    assert a and b is None


EXPLAINED = {
    "leipzig-car.gpx": explain_leipzig,
    "napret.igc": explain_igc,
    "no_time_increment.igc": explain_igc,
    "reno-drive-a.nmea": explain_reno,
    "catalina-helicopter.csv": explain_no_names,
    "airdata-folsom-2023-12-22-first1800.csv": explain_unread,
    "dji-txtlog-odense-2018-07-04-first400.csv": explain_unread,
}


@needs_gpsbabel
@needs_shared
def test_real_files_as_gpsbabel_reads_them():
    compared = 0
    for path in real_files():
        a, b = ours(path), theirs(path, KINDS[path.suffix])
        explain = EXPLAINED.get(path.name)
        if explain:
            explain(a, b)
        else:
            assert differing(a, b) == [], path
        compared += 1
    assert compared >= 20


# Clips, as exiftool reads them.


def by_exiftool(path):
    """Latitude, longitude, time and sample of every position."""
    done = subprocess.run(
        ["exiftool", "-config", "", "-ee", "-n", "-a", "-s", "-G3", "-GPS*",
         path], capture_output=True, timeout=120, env=CLEAN)
    found = []
    for line in done.stdout.decode().splitlines():
        group, name, value = line[:16].strip(), *(
            part.strip() for part in line[16:].split(":", 1))
        if name == "GPSDateTime":
            date, _, clock = value.partition(" ")
            found.append([None, None, ms_of(date.replace(":", "-") + " "
                                            + clock), group])
        elif name == "GPSLatitude":
            found[-1][0] = float(value)
        elif name == "GPSLongitude":
            found[-1][1] = float(value)
    return found


@needs_exiftool
@needs_shared
def test_gopro_as_exiftool_reads_it():
    """The places are the same.  The drone notes once a second which whole
    second its running clock is at, a ms or two late each time; exiftool draws
    lines between these notes, ours takes that of the payload."""
    path = TRACKS / "mp4/gopro-karma-gpmdonly.mp4"
    a, b = ours(path), by_exiftool(path)
    assert len(a) == 47
    assert differing(a, [(f[0], f[1], x[2]) for f, x in zip(b, a)]) == []
    assert max(abs(x[2] - f[2]) for x, f in zip(a, b)) <= 3


@needs_exiftool
@needs_shared
def test_70mai_as_exiftool_reads_it():
    """The places are the same.  Times it makes of the camera's clock, which
    says 2014 in a clip whose name says 2019; the clip's positions have none,
    and ours have none."""
    path = TRACKS / "mp4/NO20191130-120156-000121.MP4"
    a, b = ours(path), by_exiftool(path)
    assert len(a) == 61
    assert differing(a, [(f[0], f[1], None) for f in b]) == []
    assert {f[2] // 31556952000 for f in b} == {2014 - 1970}


@needs_exiftool
@needs_shared
def test_damaged_clips_where_exiftool_is_wrong():
    """One whose box is whole but lies about its length: exiftool finds
    nothing, ours all 61.  One whose box is noise: exiftool answers with places
    that are not on Earth and status 0, ours with a refusal."""
    whole = TRACKS / "mp4/NO20191130-120156-000121.MP4"
    lies = TRACKS / "mp4/NO20191130-120256-000122.MP4"
    assert by_exiftool(lies) == [] and len(ours(lies)) == 61 == len(ours(whole))
    noise = TRACKS / "mp4/NO20191130-122056-000140.MP4"
    done = subprocess.run(["exiftool", "-ee", "-n", "-a", "-s", "-G3",
                           "-GPSLatitude", noise],
                          capture_output=True, timeout=120, env=CLEAN)
    assert done.returncode == 0 and b"8059." in done.stdout
    assert inspect(noise)["refused"]


# What gpsbabel writes of a track of ours, read back.


POINTS = 120
FIRST = datetime.datetime(2026, 1, 14, 22, 42, 7,
                          tzinfo=datetime.timezone.utc)


def drive():
    """A drive that crosses the meridian of Greenwich, not on a degree: of its
    own TCX gpsbabel drops a point at longitude 0."""
    return [(51.7 + 0.0004 * i + 0.0001 * math.sin(i), 0.0301 - 0.0006 * i,
             FIRST + datetime.timedelta(seconds=5 * i))
            for i in range(POINTS)]


@pytest.fixture(name="gpx", scope="module")
def make_gpx(tmp_path_factory):
    path = tmp_path_factory.mktemp("drive") / "drive.gpx"
    points = "".join(
        f'<trkpt lat="{lat:.7f}" lon="{lon:.7f}"><ele>{20 + lat:.1f}</ele>'
        f"<time>{at:%Y-%m-%dT%H:%M:%SZ}</time><fix>3d</fix></trkpt>"
        for lat, lon, at in drive())
    path.write_text('<gpx version="1.0" creator="test"><trk><trkseg>' + points
                    + "</trkseg></trk></gpx>")
    return path


# What gpsbabel is to write and as what it reads it, the file's ending, our
# format, how near the places are that the format can hold, how near the times
# (None: it has none, or none that gpsbabel writes).
WRITTEN = [
    ("gpx,gpxver=1.1", "gpx", ".gpx", "gpx", 1e-7, 0),
    ("kml,track=1,points=0,lines=0", "kml", ".kml", "kml", 1e-6, 0),
    ("nmea", "nmea", ".nmea", "nmea", 1e-5, 0),
    ("igc", "igc", ".igc", "igc", 1e-5, 0),
    ("unicsv", "unicsv", ".csv", "drone-csv", 1e-6, 0),
    ("iblue747", "iblue747", ".csv", "drone-csv", 1e-6, 0),
    ("geojson", "geojson", ".json", "geojson", 1e-6, None),
    ("garmin_fit", "garmin_fit", ".fit", "gpsbabel:garmin_fit", 1e-6, 0),
    ("gtrnctr", "gtrnctr", ".tcx", "gpsbabel:gtrnctr", 1e-6, 0),
    ("gdb", "gdb", ".gdb", "gpsbabel:gdb", 1e-6, 0),
    ("garmin_txt,prec=7", "garmin_txt", ".txt", "gpsbabel:garmin_txt", 1e-6,
     0),
    ("glogbook", "glogbook", ".xml", "gpsbabel:glogbook", 1e-5, 0),
    ("magellanx", "magellanx", ".upt", "gpsbabel:magellanx", 1e-5, 0),
    ("ozi", "ozi", ".plt", "gpsbabel:ozi", 1e-6, 1000),
    ("mmo", "mmo", ".mmo", "gpsbabel:mmo", 1e-6, 0),
    ("gtm", "gtm", ".gtm", "gpsbabel:gtm", 1e-6, 0),
    ("dmtlog", "dmtlog", ".trl", "gpsbabel:dmtlog", 1e-6, None),
    ("ggv_ovl", "ggv_ovl", ".ovl", "gpsbabel:ggv_ovl", 1e-6, None),
    ("hiketech", "hiketech", ".gps", "gpsbabel:hiketech", 1e-6, 0),
    ("ignrando", "ignrando", ".rdn", "gpsbabel:ignrando", 1e-6, None),
    ("lowranceusr", "lowranceusr", ".usr", "gpsbabel:lowranceusr", 1e-4,
     None),
]


@needs_landlock
@needs_gpsbabel
@pytest.mark.parametrize("writes, reads, ending, form, near_deg, near_ms",
                         WRITTEN, ids=[row[1] for row in WRITTEN])
def test_what_gpsbabel_writes(gpx, tmp_path, writes, reads, ending, form,
                              near_deg, near_ms):
    path = tmp_path / ("drive" + ending)
    subprocess.run(["gpsbabel", "-t", "-i", "gpx", "-f", gpx, "-o", writes,
                    "-F", path], check=True, capture_output=True, timeout=60,
                   env=CLEAN)
    seen = inspect(path)
    assert seen["refused"] is None and seen["format"] == form
    assert seen["fixes"] == POINTS and seen["skipped"] == []
    mine = ours(path)
    # As gpsbabel reads its own file, IGC twice and NMEA a sample late (above),
    # a line of GeoJSON as a route, ...
    if reads not in ("nmea", "geojson"):
        assert differing(mine, theirs(path, reads)[:POINTS]) == []
    # ... and as near to the drive as the format can be.
    for (lat, lon, at), (want_lat, want_lon, want_at) in zip(mine, drive()):
        assert abs(lat - want_lat) <= near_deg
        assert abs(lon - want_lon) <= near_deg
        if near_ms is None:
            assert at is None
        else:
            assert abs(at - want_at.timestamp() * 1000) <= near_ms


@needs_landlock
@needs_gpsbabel
def test_damaged_files_for_gpsbabel(gpx, tmp_path):
    """A FIT file whose sum is wrong is read in spite of it, and said to be
    damaged; one cut short, of which gpsbabel gives nothing, and one that is
    noise behind its mark are refused in gpsbabel's words."""
    whole, path = tmp_path / "whole.fit", tmp_path / "damaged.fit"
    subprocess.run(["gpsbabel", "-t", "-i", "gpx", "-f", gpx, "-o",
                    "garmin_fit", "-F", whole], check=True, timeout=60,
                   env=CLEAN)
    data = whole.read_bytes()
    path.write_bytes(data[:-2] + bytes(b ^ 0xff for b in data[-2:]))
    seen = inspect(path)
    assert seen["refused"] is None and seen["fixes"] == POINTS
    assert seen["skipped"][0]["offset"] is None
    assert "CRC mismatch" in seen["skipped"][0]["why"]
    path.write_bytes(data[:1500])
    seen = inspect(path)
    assert seen["refused"].startswith("gpsbabel cannot read it: fit:")
    assert seen["fixes"] == 0
    noise = tmp_path / "noise.gdb"
    noise.write_bytes(b"MsRcf\0" + bytes(range(256)) * 40)
    seen = inspect(noise)
    assert seen["refused"].startswith("gpsbabel cannot read it")
    assert seen["fixes"] == 0


@needs_landlock
@needs_gpsbabel
def test_name_of_the_file_is_not_passed_on(gpx, tmp_path, monkeypatch):
    """Names that are options, lists or commands elsewhere."""
    monkeypatch.chdir(tmp_path)
    data = subprocess.run(["gpsbabel", "-t", "-i", "gpx", "-f", gpx, "-o",
                           "gdb", "-F", "-"], check=True, capture_output=True,
                          timeout=60, env=CLEAN).stdout
    for name in ("-o", "a b", "$(touch out)", "x;touch out", "|touch out",
                 "a\nb.gdb", "@list"):
        Path(name).write_bytes(data)
        seen = inspect(Path("./" + name) if name != "-o" else "./-o")
        assert seen["fixes"] == POINTS, name
    assert not Path("out").exists()


@needs_landlock
@needs_gpsbabel
def test_import_of_what_gpsbabel_reads(gpx, tmp_path):
    """Sealed, stored and written out again: the same fixes, with no byte."""
    fit = tmp_path / "patrol.fit"
    subprocess.run(["gpsbabel", "-t", "-i", "gpx", "-f", gpx, "-o",
                    "garmin_fit", "-F", fit], check=True, timeout=60,
                   env=CLEAN)
    with make_agent(tmp_path, alone(tmp_path)) as agent:
        pass
    done = agent.command("track", "import", "--class", "unit", "--json",
                         str(fit))
    [told] = map(json.loads, done.stdout.splitlines())
    assert told["fixes"] == POINTS and told["format"] == "gpsbabel:garmin_fit"
    written = agent.command("track", "export", str(told["track"]), "--format",
                            "csv").stdout
    found = list(csv.DictReader(
        line for line in written.splitlines() if not line.startswith("#")))
    assert len(found) == POINTS
    assert {row["byte"] for row in found} == {""}
    for row, (lat, lon, _) in zip(found, drive()):
        assert abs(float(row["latitude"]) - lat) <= 1e-6
        assert abs(float(row["longitude"]) - lon) <= 1e-6
