"""A full disk, a read-only or damaged database, peers that refuse.

Each must give a line that names the cause and the cure, lose nothing, and go
on by itself where that is possible; then each alert arrives exactly once.  The
broken disk is fail_io.c, loaded before the C library; a real full one is tried
where a small file system can be mounted.
"""

import json
import os
import shutil
import sqlite3
import subprocess
import time

import pytest

from support import Mosquitto, ScriptedSmtp, Subscriber
from support.agent import ROOT
from support.process import wait_for
from whole import (alerts, alone, as_nobody, both, hear, incident, last_line,
                   listed, make_agent, mqtt_only, rows)

SHIM = os.environ.get("BUZZARD_FAIL_IO",
                      f"{ROOT}/build/tests/peers/libfail_io.so")


class Disk:
    """The disk below a folder, as one process sees it."""

    def __init__(self, tmp_path, below):
        if not os.path.exists(SHIM):
            pytest.skip(f"{SHIM} is not built (./dev build)")
        self.flag = str(tmp_path / "disk-fault")
        self.env = {"LD_PRELOAD": SHIM, "FAIL_IO_FOLDER": below,
                    "FAIL_IO_FLAG": self.flag,
                    "ASAN_OPTIONS": "verify_asan_link_order=0"}

    def breaks(self, how):
        with open(self.flag + ".new", "w", encoding="utf-8") as f:
            f.write(how)
        os.rename(self.flag + ".new", self.flag)

    def mends(self):
        os.remove(self.flag)


def states(agent):
    return [r["state"] for r in listed(agent, "outbox", "list", "--all")]


def wait_all_sent(agent, count):
    wait_for(lambda: states(agent) == ["sent"] * count, 20,
             f"{count} deliveries sent")


def check_once(heard, smtp, *references):
    """Every alert arrived exactly once on both channels."""
    assert sorted(a[0] for a in alerts(heard)) == sorted(references)
    subjects = [m.mail["Subject"].split() for m in smtp.messages]
    assert len(subjects) == len(references), subjects
    for reference in references:
        assert sum(reference in s for s in subjects) == 1, subjects


# The disk

FULL = "is full: free space there"
FAILS = "fails, as the kernel's log will say"
ONLY_READ = "make the file, its folder and the disk writable"
WAYS = [
    ("write ENOSPC", FULL), ("write ENOSPC 9000", FULL),
    ("sync ENOSPC", FULL),
    ("write,sync,truncate,open ENOSPC", FULL), ("write EDQUOT", FULL),
    ("write,sync,truncate,open EROFS", ONLY_READ),
    ("sync EIO", FAILS), ("write EIO", FAILS),
]


@pytest.mark.parametrize("how,said", WAYS, ids=[w[0] for w in WAYS])
def test_taking_in_on_a_broken_disk(tmp_path, broker, certs, smtp, how, said):
    config = both(tmp_path, broker, smtp.port, certs)
    disk = Disk(tmp_path, str(tmp_path / "state"))
    agent = make_agent(tmp_path, config,
                       env={**disk.env, "WATCHDOG_USEC": "600000"})
    with Subscriber(broker) as heard, agent:
        agent.drop("a.ndjson", [incident("REF-A")])
        wait_all_sent(agent, 2)
        disk.breaks(how)
        agent.drop("b.ndjson", [incident("REF-B"), incident("REF-B2")])
        agent.drop("c.ndjson", [incident("REF-C")])
        agent.wait_log("taking in waits, nothing is lost")
        line = last_line(agent, "taking in waits")
        assert said in line and "b.ndjson" in line
        assert "buzzard.db" in line
        # It stays alive, and what it could not take stays where it is.
        fed = agent.notified("WATCHDOG=1")
        time.sleep(1.2)
        assert agent.is_running() and agent.notified("WATCHDOG=1") > fed
        assert {"b.ndjson", "c.ndjson"} < set(os.listdir(agent.feed))
        assert agent.log().count("taking in waits") == 1
        disk.mends()
        agent.wait_log("taking in goes on")
        wait_all_sent(agent, 8)
        assert {"b.ndjson", "c.ndjson"} < set(
            os.listdir(f"{agent.feed}/done"))
        check_once(heard, smtp, "REF-A", "REF-B", "REF-B2", "REF-C")
        assert agent.term() == 0
        check_database(agent)


def check_database(agent):
    assert rows(agent, "PRAGMA integrity_check") == [("ok",)]
    assert rows(agent, "PRAGMA foreign_key_check") == []


def test_the_disk_fills_between_sending_and_recording(tmp_path, broker,
                                                      certs):
    """The mail has been taken, and that cannot be written down: it is, once
    there is room, and the mail is not sent again."""
    disk = Disk(tmp_path, str(tmp_path / "state"))
    server = ScriptedSmtp(certs, accounts={"buzzard": "secret"},
                          on_mail=lambda _: disk.breaks("write ENOSPC"))
    with server, Subscriber(broker) as heard:
        agent = make_agent(tmp_path, both(tmp_path, broker, server.port,
                                          certs), env=disk.env)
        with agent:
            agent.drop("a.ndjson", [incident("REF-A")])
            server.wait_for(1)
            agent.wait_log(FULL)
            time.sleep(1.0)
            server_on_mail_off(server)
            disk.mends()
            wait_all_sent(agent, 2)
            agent.drop("b.ndjson", [incident("REF-B")])
            wait_all_sent(agent, 4)
            check_once(heard, server, "REF-A", "REF-B")
            assert agent.term() == 0


def server_on_mail_off(server):
    server._also = None


def test_a_start_on_a_full_disk(tmp_path, broker):
    disk = Disk(tmp_path, str(tmp_path / "state"))
    agent = make_agent(tmp_path, mqtt_only(tmp_path, broker), env=disk.env)
    disk.breaks("write,truncate ENOSPC")
    agent.start(ready=False)
    assert agent.wait() == 4
    assert FULL in agent.log() or "No space left on device" in agent.log()
    disk.mends()
    with Subscriber(broker) as heard, agent:
        agent.drop("a.ndjson", [incident("REF-A")])
        hear(heard, "REF-A")
        assert agent.term() == 0
        disk.breaks("write,truncate ENOSPC")
        agent.start(ready=False)
        # With a database it may start and wait, or end for systemd to try.
        wait_for(lambda: not agent.is_running() or
                 agent.notified("READY=1"), 20, "a start or an end")
        if not agent.is_running():
            assert agent.wait() == 4
        agent.drop("b.ndjson", [incident("REF-B")])
        time.sleep(0.5)
        disk.mends()
        if not agent.is_running():
            agent.start()
        hear(heard, "REF-B")
        assert len(alerts(heard)) == 2


def mounted(path, size):
    """A file system of its own at path, or why there is none."""
    os.makedirs(path, exist_ok=True)
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}",
                           "tmpfs", path], capture_output=True, text=True)
    return done.stderr.strip() if done.returncode else ""


def fill(path):
    """A file as large as there is room for."""
    fd = os.open(path, os.O_WRONLY | os.O_CREAT)
    try:
        while os.write(fd, b"x" * 4096):
            pass
    except OSError:
        pass
    os.close(fd)


def test_a_real_full_disk(tmp_path, broker, certs, smtp):
    path = str(tmp_path / "state")
    reason = mounted(path, "12m") if shutil.which("mount") else "no mount"
    if reason:
        pytest.skip(f"no small file system can be mounted here: {reason}")
    try:
        agent = make_agent(tmp_path, both(tmp_path, broker, smtp.port, certs))
        with Subscriber(broker) as heard, agent:
            agent.drop("a.ndjson", [incident("REF-A")])
            wait_all_sent(agent, 2)
            fill(f"{path}/filler")
            agent.drop("b.ndjson", [
                incident("REF-B"), incident("REF-C", "quiet " * 20000)])
            agent.wait_log(FULL)
            os.remove(f"{path}/filler")
            agent.wait_taken("b.ndjson")
            wait_all_sent(agent, 4)
            check_once(heard, smtp, "REF-A", "REF-B")
            assert agent.term() == 0
            check_database(agent)
    finally:
        subprocess.run(["umount", path], check=True)


# The database


@pytest.mark.skipif(os.geteuid() != 0, reason="takes root, to be another")
@pytest.mark.parametrize("what", ["file", "folder"])
def test_a_database_that_may_not_be_written(tmp_path, broker, what):
    agent = make_agent(tmp_path, mqtt_only(tmp_path, broker))
    as_nobody(agent, tmp_path)
    with Subscriber(broker) as heard:
        try:
            agent.start(ready=False)
            agent.wait_log("agent ready")
            assert agent.term() == 0
            path = agent.state if what == "folder" else \
                f"{agent.state}/buzzard.db"
            os.chown(path, 0, 0)
            before = len(agent.log())
            agent.drop("a.ndjson", [incident("REF-A")])
            agent.start(ready=False)
            status = agent.wait()
            said = agent.log()[before:]
            assert status in (4, 5, 78), said
            assert path in said
            assert ONLY_READ in said or "annot be written" in said or \
                "ermission denied" in said, said
            assert os.listdir(agent.feed) != ["done"]
            os.chown(path, 65534, 65534)
            agent.start(ready=False)
            hear(heard, "REF-A")
            assert agent.term() == 0
        finally:
            agent.stop()


def damage(path, at, length):
    with open(path, "r+b") as f:
        f.seek(at)
        f.write(bytes(i * 37 % 251 for i in range(length)))


def read(path):
    with open(path, "rb") as f:
        return f.read()


DAMAGES = [
    ("no database", lambda p: damage(p, 0, 100), "is not a database"),
    ("the first page", lambda p: damage(p, 100, 3000), "is damaged"),
    ("cut short", lambda p: os.truncate(p, 8192), "is damaged"),
]


@pytest.mark.parametrize("name,harm,said", DAMAGES,
                         ids=[d[0] for d in DAMAGES])
def test_a_start_with_a_damaged_database(tmp_path, name, harm, said):
    agent = make_agent(tmp_path, alone(tmp_path))
    with agent:
        agent.drop("a.ndjson", [incident(f"R-{i}") for i in range(300)])
        agent.wait_taken("a.ndjson")
        assert agent.term() == 0
    path = f"{agent.state}/buzzard.db"
    shutil.copy(path, path + ".backup")
    harm(path)
    harmed = read(path)
    agent.drop("b.ndjson", [incident("B")])
    agent.start(ready=False)
    assert agent.wait() == 4
    line = last_line(agent, "error:")
    assert said in line and path in line
    assert "restore the last backup" in line
    agent.stop()
    assert read(path) == harmed
    assert "b.ndjson" in os.listdir(agent.feed)
    done = agent.command("incident", "list", check=False)
    assert done.returncode == 4 and path in done.stderr
    # The cure.
    os.rename(path + ".backup", path)
    with agent:
        agent.wait_taken("b.ndjson")
        assert rows(agent, "SELECT count(*) FROM incident") == [(301,)]


def pages_of(path, table):
    """Where the table's own pages stand in the file."""
    with sqlite3.connect(path) as db:
        size = db.execute("PRAGMA page_size").fetchone()[0]
        [(root,)] = db.execute("SELECT rootpage FROM sqlite_schema"
                               " WHERE name = ?", [table])
    db.close()
    return (root - 1) * size, size


def test_damage_that_shows_only_while_it_runs(tmp_path, broker):
    agent = make_agent(tmp_path, mqtt_only(tmp_path, broker))
    with Subscriber(broker) as heard:
        with agent:
            agent.drop("a.ndjson", [incident("REF-A")])
            hear(heard, "REF-A")
            assert agent.term() == 0
        path = f"{agent.state}/buzzard.db"
        shutil.copy(path, path + ".backup")
        damage(path, *pages_of(path, "message"))
        with agent:
            agent.drop("b.ndjson", [incident("REF-B")])
            agent.wait_log("taking in waits")
            line = last_line(agent, "taking in waits")
            assert line.startswith("error:"), line
            assert "is damaged" in line and "restore the last backup" in line
            assert "b.ndjson" in os.listdir(agent.feed)
            assert agent.is_running()
            assert agent.term() == 0
        for end in ("-wal", "-shm"):
            if os.path.exists(path + end):
                os.remove(path + end)
        os.rename(path + ".backup", path)
        with agent:
            hear(heard, "REF-B")
        assert sorted(a[0] for a in alerts(heard)) == ["REF-A", "REF-B"]


# The peers


def test_a_broker_that_refuses_the_login(tmp_path):
    """The password is put right in its file; nothing else is done."""
    secret = tmp_path / "broker.password"
    secret.write_text("wrong\n")
    secret.chmod(0o600)
    broker = Mosquitto(tmp_path / "broker", passwords={"buzzard": "right",
                                                       "desk": "desk"})
    with broker:
        config = mqtt_only(tmp_path, broker, username="buzzard",
                           password_file=str(secret))
        with Subscriber(broker, user="desk", password="desk") as heard, \
                make_agent(tmp_path, config) as agent:
            agent.drop("a.ndjson", [incident("REF-A")])
            agent.wait_taken("a.ndjson")
            agent.wait_log("channel down")
            line = last_line(agent, "channel down")
            assert "channel=broker" in line
            assert "refuse" in line.lower() or "not authori" in line.lower()
            assert "username" in line or "password" in line, line
            assert str(secret) in line or "password_file" in line, line
            assert "wrong" not in agent.log()
            assert states(agent) == ["queued"]
            assert listed(agent, "outbox", "list")[0]["attempts"] == 0
            secret.write_text("right\n")
            hear(heard, "REF-A", timeout=30)
            wait_all_sent(agent, 1)
            assert len(alerts(heard)) == 1
            assert agent.term() == 0


CERTIFICATES = [("wrong", "name"), ("expired", "expired")]


@pytest.mark.parametrize("which,said", CERTIFICATES,
                         ids=[c[0] for c in CERTIFICATES])
def test_a_mail_server_with_a_wrong_certificate(tmp_path, broker, certs,
                                                which, said):
    bad = ScriptedSmtp(certs, accounts={"buzzard": "secret"}, server=which)
    with Subscriber(broker) as heard:
        with bad:
            agent = make_agent(tmp_path, both(tmp_path, broker, bad.port,
                                              certs))
            agent.start()
            agent.drop("a.ndjson", [incident("REF-A")])
            hear(heard, "REF-A")
            wait_for(lambda: any(r["last_error"] for r in listed(
                agent, "outbox", "list")), 20, "a first attempt")
            agent.wait_log("channel down channel=mail")
            line = last_line(agent, "channel down channel=mail")
            assert "certificate" in line and said in line, line
            assert "channel mail" in line, line
            assert not bad.messages
        good = ScriptedSmtp(certs, accounts={"buzzard": "secret"})
        good.port = bad.port
        with good:
            wait_all_sent(agent, 2)
            check_once(heard, good, "REF-A")
            assert agent.term() == 0


MAIL_FAULTS = [
    ("the login is refused", lambda s: s.fail(
        "auth", "535 5.7.8 bad credentials", times=4), "535", "password"),
    ("no STARTTLS", lambda s: setattr(s, "offers_starttls", False),
     "STARTTLS", "tls"),
    ("no AUTH", lambda s: setattr(s, "offers_auth", False),
     "offers no login", "check host and port"),
]


@pytest.mark.parametrize("name,harm,said,cure", MAIL_FAULTS,
                         ids=[m[0] for m in MAIL_FAULTS])
def test_a_mail_server_that_does_not_do_its_part(tmp_path, broker, certs,
                                                 smtp, name, harm, said,
                                                 cure):
    harm(smtp)
    agent = make_agent(tmp_path, both(tmp_path, broker, smtp.port, certs))
    with Subscriber(broker) as heard, agent:
        agent.drop("a.ndjson", [incident("REF-A")])
        agent.wait_log("channel down channel=mail")
        line = last_line(agent, "channel down channel=mail")
        assert said in line and cure in line.lower(), line
        assert not smtp.messages and "secret" not in line
        smtp.offers_starttls = smtp.offers_auth = True
        wait_all_sent(agent, 2)
        check_once(heard, smtp, "REF-A")


def test_a_broker_with_a_wrong_certificate(tmp_path, certs):
    broker = Mosquitto(tmp_path / "bad", certs=certs, server="wrong")
    good = Mosquitto(tmp_path / "good", certs=certs)
    config = mqtt_only(tmp_path, broker, tls="required", ca_file=certs.ca)
    with make_agent(tmp_path, config) as agent:
        with broker:
            agent.drop("a.ndjson", [incident("REF-A")])
            wait_for(lambda: "certificate" in agent.log(), 20,
                     "the certificate named")
            line = last_line(agent, "certificate")
            assert "check ca_file and host of channel broker" in line, line
        text = open(good._config, encoding="utf-8").read()
        with open(good._config, "w", encoding="utf-8") as f:
            f.write(text.replace(str(good.port), str(broker.port)))
        good.port = broker.port
        with good, Subscriber(good) as heard:
            hear(heard, "REF-A", timeout=30)
            wait_all_sent(agent, 1)
            assert len(alerts(heard)) == 1
            assert json.loads(heard.messages[-1].payload)
