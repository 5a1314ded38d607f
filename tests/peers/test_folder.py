"""The directory feed from outside: what is taken when, and where it goes."""

import json
import os
import shutil
import socket
import time

import pytest

from support.process import wait_for
from whole import (COURSING, alone, as_nobody, incident, listed, make_agent,
                   rows)

FAST_SWEEP = "200ms"


def text_of(*references):
    return "".join(json.dumps(incident(r, COURSING)) + "\n"
                   for r in references)


def with_sweep(tmp_path, sweep=FAST_SWEEP):
    config = alone(tmp_path)
    config["feeds"] = [{"name": "control-room", "type": "directory",
                        "path": str(tmp_path / "feed"), "sweep": sweep}]
    return config


@pytest.fixture(name="agent")
def make_running(tmp_path):
    """An agent whose next sweep is a minute away: inotify alone."""
    with make_agent(tmp_path, alone(tmp_path)) as agent:
        yield agent
        assert agent.is_running()
        assert "Sanitizer" not in agent.log()


@pytest.fixture(name="sweeper")
def make_sweeper(tmp_path):
    with make_agent(tmp_path, with_sweep(tmp_path)) as agent:
        yield agent
        assert agent.is_running()


def references(agent):
    return {r[0] for r in rows(agent, "SELECT ref FROM incident")}


def wait_references(agent, *expected, timeout=10):
    wait_for(lambda: references(agent) == set(expected), timeout,
             f"incidents {expected}")


def left(agent):
    return sorted(os.listdir(agent.feed))


def done(agent):
    return sorted(os.listdir(f"{agent.feed}/done"))


# When


def test_moved_in(agent):
    agent.drop("a.ndjson", text_of("A"))
    agent.wait_taken("a.ndjson")
    assert references(agent) == {"A"} and left(agent) == ["done"]


def test_written_in_pieces(agent):
    whole = text_of("A", "B")
    with open(f"{agent.feed}/a.ndjson", "w", encoding="utf-8") as f:
        for at in range(0, len(whole), 50):
            f.write(whole[at:at + 50])
            f.flush()
            time.sleep(0.01)
        assert references(agent) == set()
    agent.wait_taken("a.ndjson")
    assert references(agent) == {"A", "B"}
    assert listed(agent, "quarantine", "list") == []


def test_what_was_there_before_the_start(tmp_path):
    agent = make_agent(tmp_path, alone(tmp_path))
    agent.drop("a.ndjson", text_of("A"))
    time.sleep(2.1)
    agent.drop("young.ndjson", text_of("B"))
    dropped = time.time()
    with agent:
        agent.wait_taken("a.ndjson")
        # It may still be written to: only when it has not changed for 2 s.
        taken = os.stat(agent.wait_taken("young.ndjson")).st_ctime
        assert taken - dropped > 1.9


def test_a_sweep_takes_what_inotify_could_not_see(sweeper):
    """A file linked in makes no event of those that are waited for."""
    path = f"{sweeper.folder}/elsewhere.ndjson"
    with open(path, "w", encoding="utf-8") as f:
        f.write(text_of("A"))
    os.link(path, f"{sweeper.feed}/linked.ndjson")
    time.sleep(0.5)
    assert references(sweeper) == set()
    sweeper.wait_taken("linked.ndjson")


def test_a_sweep_leaves_what_is_being_written(sweeper):
    with open(f"{sweeper.feed}/slow.ndjson", "w", encoding="utf-8") as f:
        for i in range(12):
            f.write(text_of(f"S-{i}"))
            f.flush()
            time.sleep(0.25)
            assert references(sweeper) == set()
    sweeper.wait_taken("slow.ndjson")
    assert len(references(sweeper)) == 12


def test_a_file_that_grows_after_it_was_taken_up(sweeper):
    """Quiet for longer than 2 s, then more: nothing is lost of it."""
    path = f"{sweeper.feed}/slow.ndjson"
    with open(path, "w", encoding="utf-8") as f:
        f.write(text_of("A"))
        f.flush()
        wait_references(sweeper, "A")
    with open(path, "a", encoding="utf-8") as f:
        f.write(text_of("B"))
    wait_references(sweeper, "A", "B")
    assert len(done(sweeper)) == 2


# What


def test_names_that_are_left(sweeper):
    names = [".hidden.ndjson", "...a", "a.ndjson.part", "a.ndjson.tmp",
             "a.tmp"]
    for number, name in enumerate(names):
        with open(f"{sweeper.feed}/{name}", "w", encoding="utf-8") as f:
            f.write(text_of(f"N-{number}"))
    time.sleep(2.6)
    assert left(sweeper) == sorted(names + ["done"])
    assert references(sweeper) == set()
    for number, name in enumerate(names):
        os.rename(f"{sweeper.feed}/{name}", f"{sweeper.feed}/{number}.ndjson")
        sweeper.wait_taken(f"{number}.ndjson")


def test_what_is_no_file_is_left(sweeper):
    outside = f"{sweeper.folder}/outside.ndjson"
    with open(outside, "w", encoding="utf-8") as f:
        f.write(text_of("A"))
    os.symlink(outside, f"{sweeper.feed}/link.ndjson")
    os.mkfifo(f"{sweeper.feed}/pipe.ndjson")
    os.mkdir(f"{sweeper.feed}/folder.ndjson")
    with socket.socket(socket.AF_UNIX) as s:
        here = os.open(sweeper.feed, os.O_RDONLY)
        s.bind(f"/proc/self/fd/{here}/sock")
        os.close(here)
    # Moved in as well, which is told of by name.
    os.symlink(outside, f"{sweeper.folder}/second")
    os.rename(f"{sweeper.folder}/second", f"{sweeper.feed}/second.ndjson")
    time.sleep(2.6)
    assert references(sweeper) == set()
    assert left(sweeper) == ["done", "folder.ndjson", "link.ndjson",
                             "pipe.ndjson", "second.ndjson", "sock"]
    assert os.path.exists(outside)


@pytest.mark.parametrize("content,expected", [
    ("", set()), ("\n\n", set()), ("[]", set()),
    (json.dumps([incident("A"), incident("B")]), {"A", "B"}),
    (json.dumps([incident("A"), incident("B")], indent=2), {"A", "B"}),
    (text_of("A").rstrip("\n"), {"A"}),
    ("\ufeff" + text_of("A"), {"A"}),
], ids=["empty", "lines only", "empty array", "array", "spread array",
        "no newline at the end", "byte-order mark"])
def test_contents(agent, content, expected):
    agent.drop("a.ndjson", content)
    agent.wait_taken("a.ndjson")
    assert references(agent) == expected
    assert listed(agent, "quarantine", "list") == []


def test_bad_lines_are_set_aside_in_their_place(agent):
    agent.drop("a.ndjson", text_of("A") + '{"id": "X", "grade": {}}\n' +
               text_of("B") + "{broken\n" + text_of("C"))
    agent.wait_taken("a.ndjson")
    assert references(agent) == {"A", "B", "C"}
    held = listed(agent, "quarantine", "list")
    assert [(q["line"], q["offset"]) for q in held] == [
        (4, 2 * len(text_of("A")) + 25), (2, len(text_of("A")))]
    for q in held:
        assert f"file=a.ndjson line={q['line']} column={q['column']}" \
            in agent.log()


def test_an_array_that_breaks_off(agent):
    agent.drop("a.ndjson", json.dumps([incident("A"), incident("B")])[:-20])
    agent.wait_taken("a.ndjson")
    assert references(agent) == {"A"}
    [held] = listed(agent, "quarantine", "list")
    assert held["line"] == 1


def test_an_endless_line(agent):
    """5 MiB without a newline: set aside, cut, and the rest goes on."""
    endless = '{"id": "X", "x": "' + "x" * (5 << 20)
    agent.drop("a.ndjson", text_of("A") + endless + "\n" + text_of("B"))
    agent.wait_taken("a.ndjson")
    assert references(agent) == {"A", "B"}
    [held] = listed(agent, "quarantine", "list")
    assert held["line"] == 2
    shown = agent.command("quarantine", "show", held["id"], "--bytes").stdout
    assert len(shown) == 65536 and endless.startswith(shown)


# Where


def test_a_name_that_done_has_gets_a_suffix(agent):
    for number, name in enumerate(["a.ndjson", "a.1.ndjson", "a.2.ndjson"]):
        agent.drop("a.ndjson", text_of(f"R-{number}"))
        agent.wait_taken(name)
    agent.drop("plain", text_of("S-0"))
    agent.wait_taken("plain")
    agent.drop("plain", text_of("S-1"))
    agent.wait_taken("plain.1")
    with open(f"{agent.feed}/done/a.1.ndjson", encoding="utf-8") as f:
        assert f.read() == text_of("R-1")


def test_the_same_file_again_changes_nothing(agent):
    content = text_of("A", "B") + "{broken\n"
    agent.drop("a.ndjson", content)
    agent.wait_taken("a.ndjson")
    tables = ("incident", "message", "tag", "outbox", "told", "quarantine",
              "audit", "feed_position")

    def count():
        return [rows(agent, f"SELECT count(*) FROM {t}") for t in tables]

    before = count()
    agent.drop("other-name.ndjson", content)
    agent.wait_taken("other-name.ndjson")
    agent.drop("a.ndjson", content)
    agent.wait_taken("a.1.ndjson")
    wait_for(lambda: count()[:-1] == before[:-1], 20, "no new rows")


@pytest.mark.parametrize("name", [
    "with space.ndjson", "täglich–é.ndjson", "-c", "x\nerror: forged", "%s%n",
    "n" * 248 + ".ndjson", "bad\udcff.ndjson"],
    ids=["space", "UTF-8", "dash", "newline", "format", "long", "no UTF-8"])
def test_odd_names(agent, name):
    agent.drop("tame", text_of("A"))
    agent.wait_taken("tame")
    path = os.fsencode(f"{agent.folder}/source")
    with open(path, "wb") as f:
        f.write(text_of("B").encode())
    target = os.fsencode(f"{agent.feed}/") + os.fsencode(name)
    os.rename(path, target)
    wait_for(lambda: not os.path.exists(target), 20, "the file taken")
    wait_references(agent, "A", "B")
    assert "\nerror: forged" not in agent.log()


def test_a_name_too_long_for_a_suffix_is_said(sweeper):
    name = "n" * 248 + ".ndjson"
    for ref in ("A", "B"):
        path = f"{sweeper.folder}/source"
        with open(path, "w", encoding="utf-8") as f:
            f.write(text_of(ref))
        os.rename(path, f"{sweeper.feed}/{name}")
        wait_for(lambda r=ref: r in references(sweeper), 20, "the incident")
    sweeper.wait_log("File name too long")
    time.sleep(2.5)
    assert references(sweeper) == {"A", "B"}
    sweeper.drop("c.ndjson", text_of("C"))
    sweeper.wait_taken("c.ndjson")


def test_a_folder_made_again(sweeper):
    os.rename(sweeper.feed, f"{sweeper.folder}/away")
    sweeper.wait_log("folder is gone")
    os.mkdir(sweeper.feed)
    sweeper.wait_log("folder is back")
    sweeper.drop("a.ndjson", text_of("A"))
    sweeper.wait_taken("a.ndjson")


def test_done_made_again(sweeper):
    sweeper.drop("a.ndjson", text_of("A"))
    sweeper.wait_taken("a.ndjson")
    shutil.rmtree(f"{sweeper.feed}/done")
    sweeper.wait_log("folder is back")
    sweeper.drop("b.ndjson", text_of("B"))
    sweeper.wait_taken("b.ndjson")


# How much


def test_many_files_at_once(agent):
    count = 1500
    ready = f"{agent.folder}/ready"
    os.mkdir(ready)
    for i in range(count):
        with open(f"{ready}/{i:04d}.ndjson", "w", encoding="utf-8") as f:
            f.write(text_of(f"M-{i}"))
    for name in os.listdir(ready):
        os.rename(f"{ready}/{name}", f"{agent.feed}/{name}")
    wait_for(lambda: len(done(agent)) == count, 30, "all in done/")
    assert rows(agent, "SELECT count(*) FROM incident") == [(count,)]


def is_sanitized(agent):
    with open(f"/proc/{agent.child.pid}/maps", encoding="utf-8") as f:
        return "libasan" in f.read()


def peak_kb(agent):
    with open(f"/proc/{agent.child.pid}/status", encoding="utf-8") as f:
        return int(next(line for line in f if line.startswith("VmHWM"))
                   .split()[1])


@pytest.mark.parametrize("form", ["NDJSON", "array"])
def test_a_large_file_in_bounded_memory(agent, form):
    filler = "quiet words " * 80
    one = [json.dumps(incident(f"L-{i}", filler)) for i in range(200)]
    between = "\n" if form == "NDJSON" else ",\n"
    body = between.join(one * 150)
    if form == "array":
        body = f"[{body}]"
    assert len(body) > 30 << 20
    # A small one that comes while the large one is in hand does not wait.
    agent.drop("large.ndjson", body)
    agent.drop("small.ndjson", text_of("A"))
    agent.wait_taken("small.ndjson")
    agent.wait_taken("large.ndjson", 60)
    assert rows(agent, "SELECT count(*) FROM message") == [(201,)]
    assert is_sanitized(agent) or peak_kb(agent) < 64 << 10


# Rights


@pytest.mark.skipif(os.geteuid() != 0, reason="takes root, to be another")
def test_a_file_that_cannot_be_read_is_said(tmp_path):
    agent = make_agent(tmp_path, with_sweep(tmp_path))
    as_nobody(agent, tmp_path)
    agent.start(ready=False)  # nobody cannot write to our socket
    try:
        agent.wait_log("agent ready")
        agent.drop("open.ndjson", text_of("A"))
        agent.wait_taken("open.ndjson")
        path = f"{agent.folder}/secret"
        with open(path, "w", encoding="utf-8") as f:
            f.write(text_of("C"))
        os.chmod(path, 0o600)
        os.rename(path, f"{agent.feed}/secret.ndjson")
        agent.wait_log("file not taken")
        assert "file=secret.ndjson reason=\"Permission denied\"" in \
            agent.log()
        os.chmod(f"{agent.feed}/secret.ndjson", 0o644)
        agent.wait_taken("secret.ndjson")
        assert agent.term() == 0
    finally:
        agent.stop()
