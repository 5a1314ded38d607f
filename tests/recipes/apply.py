#!/usr/bin/python3
"""The recipes of docs/HACKING.md, done to a copy of the tree.

apply.py FOLDER PROGRAM, the program being as it is without them.

The copy and its build stay in FOLDER, so the next run compiles only what has
changed.  The program with all six recipes in it is then run: two messages go
into the new feed, and their alerts come out of the new channel.
"""

import json
import os
import re
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HERE = ROOT / "tests/recipes"
PACKS = str(ROOT / "rules/packs/essex")
sys.path.insert(0, str(ROOT / "tests"))

from support.agent import Agent  # noqa: E402

# What is built; without the tests, whose tables a recipe would change too.
TREE = ["CMakeLists.txt", "agent", "alerts", "docs", "rules", "packaging"]
PATCHES = ["feed", "channel", "field", "command", "option", "schema"]
# Template -> its place and name in the tree.
COPIES = [
    ("feed_template.c", "agent/feeds", "packet"),
    ("feed_template.h", "agent/feeds", "packet"),
    ("channel_template.c", "alerts", "datagram"),
    ("channel_template.h", "alerts", "datagram"),
    ("cmd_template.c", "agent/cmd", "where"),
]


def run(*command, **options):
    done = subprocess.run(command, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, **options)
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command))}:\n{done.stdout}")
    return done.stdout


def copy_template(tree, template, folder, name):
    """What the recipes say: sed 's,tests/recipes/,FOLDER/,;s/template/NAME/g'"""
    text = (HERE / template).read_text()
    text = text.replace("tests/recipes/", f"{folder}/")
    text = text.replace("template", name).replace("TEMPLATE", name.upper())
    (tree / folder / template.replace("template", name)).write_text(text)


def make_tree(tree):
    """The present sources with every recipe applied."""
    for name in TREE:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, tree / name)
        else:
            shutil.copy(source, tree / name)
    # Not as a part of the repository that the build folder may lie in.
    outside = {**os.environ, "GIT_CEILING_DIRECTORIES": str(tree.parent)}
    for name in PATCHES:
        run("git", "apply", "-C1", "--whitespace=nowarn",
            HERE / f"{name}.patch", cwd=tree, env=outside)
    for copy in COPIES:
        copy_template(tree, *copy)


def sync(new, old):
    """Make old hold what new does, touching only what differs."""
    for path in [p for p in old.rglob("*") if p.is_file()]:
        if not (new / path.relative_to(old)).is_file():
            path.unlink()
    for path in [p for p in new.rglob("*") if p.is_file()]:
        target = old / path.relative_to(new)
        if target.is_file() and target.read_bytes() == path.read_bytes():
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)


def build(folder):
    """The program with the recipes in it: all warnings, no optimisation."""
    with tempfile.TemporaryDirectory() as new:
        make_tree(Path(new))
        sync(Path(new), folder / "tree")
    run("cmake", "-S", folder / "tree", "-B", folder / "build", "-G", "Ninja",
        "-DCMAKE_BUILD_TYPE=Debug", "-DCMAKE_C_FLAGS_DEBUG=-O0",
        "-DBUZZARD_TESTS=OFF")
    run("cmake", "--build", folder / "build", "--", "--quiet", "buzzard")
    return folder / "build/buzzard"


def check_commands(program, folder):
    """The subcommand, the options and the rule field."""
    config = folder / "check.yaml"
    state = folder / "check-state"
    config.write_text(
        f"state: {state}\ndesk: Rural desk, extension 4\n"
        f"feeds: [{{name: a, type: packet, path: {folder}}}]\n"
        "channels: [{name: c, type: datagram, host: 127.0.0.1, port: 9}]\n"
        "recipients: [{name: r, channel: c, topic: a, audience: team}]\n")
    assert run(program, "where", "--short", "-c", config) == f"{state}\n"
    assert "say where the agent keeps things" in run(program, "--help")
    shown = run(program, "config", "show", "-c", config)
    assert "Rural desk, extension 4" in shown, shown
    assert "channels[].type: mqtt, smtp or datagram" in re.sub(
        r"\s+", " ", run(program, "config", "options"))

    message = {"id": "1", "opened_at": "2025-11-14T16:00:00Z",
               "lat": 51.9, "lon": 0.3, "accuracy_m": 700}
    near = {**message, "id": "2", "accuracy_m": 50}
    lines = "".join(json.dumps(m) + "\n" for m in (message, near))
    rules = folder / "rules"
    rules.mkdir()
    shutil.copy(HERE / "field.rules", rules)
    out = subprocess.run([program, "tag", "--rules", rules], input=lines,
                         capture_output=True, text=True, check=True).stdout
    tags = [[t["theme"] for t in json.loads(line)["tags"]]
            for line in out.splitlines()]
    assert tags == [["far-off"], []], out
    evidence = json.loads(out.splitlines()[0])["tags"][0]["rules"][0]
    assert evidence["evidence"][0]["field"] == "accuracy", out


def check_schema(agent, released, program):
    """A database of the released program gets the new step."""
    def version():
        with sqlite3.connect(f"{agent.state}/buzzard.db") as db:
            return db.execute("PRAGMA user_version").fetchone()[0]

    agent.program = released
    agent.write_config({
        "rules": PACKS,
        "channels": [{"name": "c", "type": "mqtt", "host": "127.0.0.1",
                      "port": 9, "tls": "none"}],
        "recipients": [{"name": "r", "channel": "c", "topic": "a",
                        "audience": "team"}]})
    agent.start()
    assert agent.term() == 0, agent.log()
    before = version()
    agent.program = program
    agent.start()
    assert agent.term() == 0, agent.log()
    assert version() == before + 1
    with sqlite3.connect(f"{agent.state}/buzzard.db") as db:
        db.execute("SELECT incident_id, at_ms, text FROM note").fetchall()


def say(client, message):
    client.send(json.dumps(message).encode())
    assert client.recv(20) == b"taken"


def hear(peer):
    data, sender = peer.recvfrom(65536)
    alert = json.loads(data)["payload"]
    peer.sendto(alert["delivery_id"].encode(), sender)
    return alert


def check_road(agent, program):
    """Two messages into the feed; the alert out of the channel, once."""
    peer = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    peer.bind(("127.0.0.1", 0))
    peer.settimeout(20)
    agent.program = program
    agent.write_config({
        "rules": PACKS,
        "feeds": [{"name": "a", "type": "packet", "path": agent.feed}],
        "channels": [{"name": "c", "type": "datagram", "host": "127.0.0.1",
                      "port": peer.getsockname()[1]}],
        "recipients": [{"name": "r", "channel": "c", "topic": "a",
                        "audience": "partner"}]})
    text = "Three males with lurchers hare coursing on the field, dogs slipped"
    with agent:
        client = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        client.settimeout(20)
        client.connect(f"{agent.feed}/socket")
        say(client, {"id": "1", "opened_at": "2025-11-14T16:00:00Z",
                     "log": [{"text": "Cat stuck in a tree"}]})
        say(client, {"id": "2", "opened_at": "2025-11-14T16:05:00Z",
                     "lat": 51.9, "lon": 0.3, "log": [{"text": text}]})
        alert = hear(peer)
        assert "hare-coursing" in json.dumps(alert), alert
        agent.wait_log("alert delivered")
        assert agent.term() == 0, agent.log()
    sent = json.loads(agent.command("outbox", "list", "--all", "--json").stdout
                      .splitlines()[0])
    assert "sent" in json.dumps(sent), sent


def main(argv):
    folder, released = Path(argv[1]).resolve(), argv[2]
    os.environ["BUZZARD_PROGRAM"] = released
    begun = time.monotonic()
    program = build(folder)
    print(f"built with the recipes in {time.monotonic() - begun:.1f} s")
    with tempfile.TemporaryDirectory(prefix="recipes.", dir="/tmp") as work:
        check_commands(program, Path(work))
        agent = Agent({}, folder=f"{work}/agent")
        try:
            check_schema(agent, released, program)
            check_road(agent, program)
        finally:
            agent.stop()
    print("each recipe builds and works")


if __name__ == "__main__":
    main(sys.argv)
