"""Tracks from strangers: their names in messages, and little memory."""

import json
import resource
import shutil
import subprocess
from pathlib import Path

import pytest

from support import program
from support.process import may_confine

NAMES = ["a\nbuzzard: all is well.gpx", "\x1b[2J\x1b[31mred.gpx",
         "bell\x07.mp4", "\u202egpx.exe", "-h", "--json"]
GPX = (b'<gpx><trk><trkseg><trkpt lat="51.7" lon="0.4"/></trkseg></trk>'
       b"</gpx>")


def track(*args, **more):
    return subprocess.run([program(), "track", *args], capture_output=True,
                          timeout=60, **more)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("content", [GPX, b"\0\0\0\x10ftypmp42"],
                         ids=["gpx", "mp4"])
def test_names_are_shown_harmless(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    path = "./" + name
    for verb in (["inspect"], ["points"], ["points", "--json"]):
        done = track(*verb, path, cwd=tmp_path)
        said = done.stdout + done.stderr
        assert not set(said) & (set(range(32)) - {10, 9}), said
        assert "\u202e".encode() not in done.stderr
        assert b"\nbuzzard: all is well" not in b"\n" + said, said
    for line in track("inspect", "--json", path,
                      cwd=tmp_path).stdout.splitlines():
        assert json.loads(line)["file"] == path


LITTLE = 80 << 20  # of address space, most of it the program's libraries


def little():
    resource.setrlimit(resource.RLIMIT_AS, (LITTLE, LITTLE))


@pytest.mark.parametrize("head, piece, name", [
    (b"$GPRMC,", b"1", "x.nmea"),
    (b"lat,lon\n", b",", "x.csv"),
    (b'lat,lon\n"', b"x\n", "x.csv"),
    (b'<gpx a="', b"x", "x.gpx"),
    (b'{"features":[', b"[", "x.json"),
    (b'{"type":"FeatureCollection","features":[{"a":"', b"x", "x.json"),
    (b"1\n00:00:00,000 --> 00:00:01,000\n[latitude: 1] [longitude: 1] ", b"y",
     "x.srt"),
], ids=["line", "row", "quotation", "attribute", "lists", "text", "cue"])
def test_a_large_file_takes_little_memory(tmp_path, head, piece, name):
    """One line, row, attribute or list of more bytes than there is memory."""
    path = tmp_path / name
    block = piece * ((1 << 20) // len(piece))
    with open(path, "wb") as out:
        out.write(head)
        for _ in range(LITTLE >> 20):
            out.write(block)
    done = track("inspect", "--json", str(path), preexec_fn=little)
    path.unlink()
    assert done.returncode in (0, 1), done.stderr
    assert json.loads(done.stdout)["fixes"] in (0, 1)


@pytest.mark.skipif(not may_confine(),
                    reason="Landlock may not be used here")
@pytest.mark.skipif(not shutil.which("gpsbabel"),
                    reason="gpsbabel is not installed")
def test_limits_of_ours_hold_for_outside_programs(tmp_path):
    """Started with less memory than a program may have, it has as much."""
    gpx, fit = tmp_path / "x.gpx", tmp_path / "x.fit"
    gpx.write_bytes(GPX)
    subprocess.run(["gpsbabel", "-t", "-i", "gpx", "-f", gpx, "-o",
                    "garmin_fit", "-F", fit], check=True, timeout=60)
    seen = json.loads(track("inspect", "--json", str(fit),
                            preexec_fn=little).stdout)
    assert seen["format"] == "gpsbabel:garmin_fit"
    assert seen["refused"] is None or "memory" in seen["refused"], seen


def test_no_program_can_be_put_in_their_place(tmp_path):
    """Neither PATH nor a preloaded library reaches an outside program."""
    ran = tmp_path / "ran"
    for name in ("exiftool", "gpsbabel"):
        (tmp_path / name).write_text(f"#!/bin/sh\ntouch {ran}\n")
        (tmp_path / name).chmod(0o755)
    clip = tmp_path / "x.mp4"
    clip.write_bytes(b"\0\0\0\x10ftypmp42\0\0\0\0\0\0\0\x08moov")
    done = track("inspect", "--json", str(clip),
                 env={"PATH": f"{tmp_path}:/usr/bin",
                      "PERL5LIB": str(tmp_path), "PERL5OPT": "-Mstrict"})
    assert json.loads(done.stdout)["refused"]
    assert not Path(ran).exists()
