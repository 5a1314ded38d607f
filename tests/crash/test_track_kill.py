"""Killed at any instant, an import leaves a track whole or nothing of it, and
an erasure is finished or has not happened."""

import os
import sqlite3
import subprocess

import pytest

from support import Agent
from support.tracks import drive, gpx

BUILD = "build/tests/crash"

# The instant, and whether the track is then stored.
IMPORT = [("seal-copied", 0), ("track-sealed", 0), ("track-read", 0),
          ("track-written", 0), ("track-before-commit", 0),
          ("track-committed", 1)]


@pytest.fixture(name="agent")
def the_agent(tmp_path):
    with Agent({}, folder=tmp_path, build=BUILD) as agent:
        pass
    return agent


def killed(agent, point, *args):
    """Run a command that is killed at the instant."""
    done = subprocess.run(
        [agent.program, *args, "-c", agent.config_path],
        env={**os.environ, "BUZZARD_FAILPOINT": point}, timeout=60,
        capture_output=True, check=False)
    assert done.returncode == -9, (point, done.stderr)


def ask(agent, sql):
    with sqlite3.connect(f"file:{agent.state}/buzzard.db?mode=ro",
                         uri=True) as db:
        return db.execute(sql).fetchone()[0]


def originals(agent):
    """Every file of the evidence folder but its lock."""
    return sorted(f for _, _, files in os.walk(f"{agent.state}/evidence")
                  for f in files if f != "lock")


def counts(agent):
    return [ask(agent, f"SELECT count(*) FROM {table}")
            for table in ("track", "track_chunk", "track_box")]


@pytest.mark.parametrize("point,stored", IMPORT,
                         ids=[point for point, _ in IMPORT])
def test_import(agent, tmp_path, point, stored):
    path, other = f"{tmp_path}/a.gpx", f"{tmp_path}/b.gpx"
    for name, lat in ((path, 51.7), (other, 51.9)):
        with open(name, "w", encoding="utf-8") as f:
            f.write(gpx(drive(1200, lat=lat)))
    killed(agent, point, "track", "import", path)
    tracks, chunks, boxes = counts(agent)
    assert tracks == stored and chunks == boxes and (chunks > 1) == stored
    # Whoever comes next finishes or clears away what was begun.
    agent.command("track", "import", other)
    kept = originals(agent)
    assert len(kept) == 1 + stored and not any(
        name.startswith(("new-", "gone-", "copy")) for name in kept)
    # And the same file again is one track.
    agent.command("track", "import", path)
    tracks, chunks, boxes = counts(agent)
    assert tracks == 2 and chunks == boxes and len(originals(agent)) == 2
    assert ask(agent, "SELECT sum(fixes) FROM track") == 2400
    assert ask(agent, "SELECT count(*) FROM audit WHERE event = 1") == 2


@pytest.mark.parametrize("point,stored", [("track-before-erasure", 1),
                                          ("track-erased", 0)])
def test_erasure(agent, tmp_path, point, stored):
    path, other = f"{tmp_path}/a.gpx", f"{tmp_path}/b.gpx"
    for name, lat in ((path, 51.7), (other, 51.9)):
        with open(name, "w", encoding="utf-8") as f:
            f.write(gpx(drive(600, lat=lat)))
    agent.command("track", "import", path)
    killed(agent, point, "track", "delete", "1")
    assert counts(agent)[0] == stored
    assert ask(agent, "SELECT count(*) FROM audit WHERE event = 6") \
        == 1 - stored
    agent.command("track", "import", other)
    kept = originals(agent)
    assert len(kept) == 1 + stored and not any(
        name.startswith("gone-") for name in kept)
