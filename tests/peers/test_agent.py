"""The life of the agent: start, reload, stop, a second one, its peers away."""

import os
import signal
import socket
import sqlite3
import time

import pytest

from support import Mosquitto, Subscriber, free_port
from support.process import wait_for
from whole import (COURSING, SMALL_PACK, TIPPING, alerts, alone, both, hear,
                   incident, last_line, listed, make_agent, mqtt_only, rows,
                   small_pack)


# Start


def test_it_says_ready_and_what_it_does(tmp_path):
    agent = make_agent(tmp_path, alone(tmp_path),
                       env={"WATCHDOG_USEC": "300000"})
    with agent:
        assert agent.notified("READY=1") == 1
        said = [line for _, line in agent.notes]  # time for an upgrade first
        assert said.index("EXTEND_TIMEOUT_USEC=3600000000") < \
            said.index("READY=1")
        assert "0 messages" in agent.status()
        agent.drop("a.ndjson", [incident("A"), incident("B")])
        agent.wait_taken("a.ndjson")
        wait_for(lambda: agent.notified("WATCHDOG=1") >= 5, 20, "watchdog")
        wait_for(lambda: "2 messages, 2 incidents" in agent.status(), 20,
                 "a status that counts")
        assert agent.term() == 0
        assert agent.notified("STOPPING=1") == 1


def test_without_a_watchdog_none_is_fed(tmp_path):
    with make_agent(tmp_path, alone(tmp_path)) as agent:
        time.sleep(0.5)
        assert agent.notified("WATCHDOG=1") == 0


def test_peers_that_are_away_do_not_keep_it_from_starting(tmp_path, certs):
    broker = Mosquitto(tmp_path / "broker")
    config = both(tmp_path, broker, free_port(), certs)
    with make_agent(tmp_path, config) as agent:
        agent.drop("a.ndjson", [incident("A")])
        agent.wait_taken("a.ndjson")
        assert "queued" in {r["state"] for r in
                            listed(agent, "outbox", "list", "--all")}
        with broker, Subscriber(broker) as heard:
            hear(heard, "A")
            assert len(alerts(heard)) == 1


def test_mqtt_3_1_1(tmp_path, broker):
    config = mqtt_only(tmp_path, broker, version="3.1.1")
    with Subscriber(broker) as heard, make_agent(tmp_path, config) as agent:
        agent.drop("a.ndjson", [incident("A")])
        hear(heard, "A")
        message = next(m for m in heard.messages if "/alert/" in m.topic)
        assert message.qos == 1 and not message.user


def test_two_feeds_are_apart(tmp_path, broker):
    other = tmp_path / "other"
    other.mkdir()
    config = mqtt_only(tmp_path, broker)
    config["feeds"] = [
        {"name": name, "type": "directory", "path": str(path)}
        for name, path in (("north", tmp_path / "feed"), ("south", other))]
    with Subscriber(broker) as heard, make_agent(tmp_path, config) as agent:
        agent.drop("a.ndjson", [incident("A")])
        agent.wait_taken("a.ndjson")
        os.rename(agent.feed + "/done/a.ndjson", other / "a.ndjson")
        wait_for(lambda: len(alerts(heard)) == 2, 20, "both feeds' alerts")
        found = listed(agent, "incident", "list")
        assert {(r["ref"], r["feed"]) for r in found} == {
            ("A", "north"), ("A", "south")}


def test_a_second_agent_is_refused(tmp_path):
    with make_agent(tmp_path, alone(tmp_path)) as first:
        second = make_agent(tmp_path / "second", {
            **alone(tmp_path), "state": first.state})
        second.start(ready=False)
        assert second.wait() == 5
        assert str(first.child.pid) in second.log()
        second.stop()
        first.drop("a.ndjson", [incident("A")])
        first.wait_taken("a.ndjson")


BAD_STARTS = [
    ("not YAML", "state: [", 78, "this is not YAML"),
    ("an unknown key", "sate: /tmp\n", 78, 'did you mean "state"'),
    ("no such folder", "state: STATE\nfeeds: [{name: a, type: directory, "
     "path: /nowhere/at/all}]\n", 78, "/nowhere/at/all"),
    ("no such rules", "state: STATE\nrules: /nowhere/at/all\nfeeds: "
     "[{name: a, type: directory, path: FEED}]\n", 78, "/nowhere/at/all"),
]


@pytest.mark.parametrize("name,text,status,said", BAD_STARTS,
                         ids=[b[0] for b in BAD_STARTS])
def test_an_invalid_configuration_ends_it(tmp_path, name, text, status, said):
    agent = make_agent(tmp_path, "")
    agent.write_config(text.replace("STATE", agent.state)
                       .replace("FEED", agent.feed))
    agent.start(ready=False)
    assert agent.wait() == status, agent.log()
    assert said in agent.log()
    assert not os.path.exists(f"{agent.state}/buzzard.db")
    agent.stop()


def test_wrong_rules_end_it(tmp_path):
    agent = make_agent(tmp_path, alone(tmp_path))
    small_pack(tmp_path / "rules", SMALL_PACK.replace("text has", "txet has"))
    agent.start(ready=False)
    assert agent.wait() == 78
    assert "small.rules:5:" in agent.log()
    agent.stop()


def test_a_failing_rule_test_does_not_keep_it_from_starting(tmp_path):
    agent = make_agent(tmp_path, alone(tmp_path))
    break_rule_test(agent, None)
    with agent:
        assert "1 of the 1 tests in the rules" in agent.log()
        assert "it is not so" in agent.log()


def test_a_database_of_a_newer_program_is_left_alone(tmp_path):
    agent = make_agent(tmp_path, alone(tmp_path))
    with agent:
        assert agent.term() == 0
    with sqlite3.connect(f"{agent.state}/buzzard.db") as db:
        db.execute("PRAGMA user_version = 999")
    db.close()
    agent.start(ready=False)
    assert agent.wait() == 4
    assert "999" in agent.log()
    agent.stop()


# Reload: all or nothing


def break_yaml(agent, config):
    agent.write_config("state: [")


def break_key(agent, config):
    agent.write_config({**config, "chanels": []})


def break_folder(agent, config):
    agent.write_config({**config, "feeds": [
        {"name": "control-room", "type": "directory", "path": "/nowhere"}]})


def break_done(agent, config):
    """A folder that looks well and cannot be used: done is a file."""
    folder = f"{agent.folder}/odd"
    os.makedirs(folder, exist_ok=True)
    open(f"{folder}/done", "w", encoding="utf-8").close()
    agent.write_config({**config, "feeds": [
        {"name": "control-room", "type": "directory", "path": agent.feed},
        {"name": "odd", "type": "directory", "path": folder}]})


def break_rules(agent, config):
    small_pack(f"{agent.folder}/rules", SMALL_PACK + "rule\n")


def break_rule_test(agent, config):
    small_pack(f"{agent.folder}/rules", SMALL_PACK +
               'test "it is not so"\n    CALL "coursing"\n'
               '    expect fly-tipping alert\n')


def break_rule_folder(agent, config):
    agent.write_config({**config, "rules": "/nowhere"})


def break_state(agent, config):
    os.makedirs(f"{agent.folder}/other-state", exist_ok=True)
    agent.write_config({**config, "state": f"{agent.folder}/other-state"})


BREAKS = [
    (break_yaml, "this is not YAML"),
    (break_key, "channels"),
    (break_folder, "/nowhere"),
    (break_done, "odd"),
    (break_rules, "small.rules:"),
    (break_rule_test, "it is not so"),
    (break_rule_folder, "/nowhere"),
    (break_state, "the state folder cannot be changed by a reload"),
]


def hup_and_wait(agent):
    ready = agent.notified("READY=1")
    agent.hup()
    wait_for(lambda: agent.notified("READY=1") > ready, 20,
             "READY after the reload")


@pytest.mark.parametrize("breaks,said", BREAKS,
                         ids=[b[0].__name__ for b in BREAKS])
def test_a_reload_that_fails_changes_nothing(tmp_path, broker, breaks, said):
    config = mqtt_only(tmp_path, broker)
    with Subscriber(broker) as heard, make_agent(tmp_path, config) as agent:
        breaks(agent, config)
        hup_and_wait(agent)
        assert "reload failed, the old configuration stays" in agent.log()
        assert said in agent.log()
        assert agent.notified("RELOADING=1") == 1
        agent.drop("a.ndjson", [incident("A")])
        hear(heard, "A")
        # Put right, it is taken.
        agent.write_config(config)
        small_pack(f"{agent.folder}/rules")
        hup_and_wait(agent)
        assert "reloaded rules=sha256:" in agent.log()
        agent.drop("b.ndjson", [incident("B")])
        hear(heard, "B")
        assert len(alerts(heard)) == 2


def test_a_reload_takes_rules_channels_and_feeds(tmp_path, broker, certs,
                                                 smtp):
    config = mqtt_only(tmp_path, broker)
    new_feed = tmp_path / "new-feed"
    new_feed.mkdir()
    with Subscriber(broker) as heard, make_agent(tmp_path, config) as agent:
        agent.drop("a.ndjson", [incident("A", "sheep worried")])
        agent.wait_taken("a.ndjson")
        agent.wait_log("channel up channel=broker")
        connects = broker.log().count("New client connected")

        config = both(tmp_path, broker, smtp.port, certs)
        config["channels"][0] = mqtt_only(tmp_path, broker)["channels"][0]
        config["feeds"] = [{"name": "other", "type": "directory",
                            "path": str(new_feed)}]
        small_pack(f"{tmp_path}/rules", SMALL_PACK.replace(
            '"coursing"', '"sheep"').replace("give 30", "give 70"))
        agent.write_config(config)
        hup_and_wait(agent)
        agent.feed, old_feed = str(new_feed), agent.feed
        agent.drop("b.ndjson", [incident("B", "sheep worried")])
        hear(heard, "B")
        smtp.wait_for(1)
        assert alerts(heard) == [("B", "hare-coursing", "first")]
        # A channel whose settings are the same is not connected again.
        assert broker.log().count("New client connected") == connects
        # The old folder is not watched any more.
        agent.feed = old_feed
        agent.drop("c.ndjson", [incident("C")])
        time.sleep(0.3)
        assert os.path.exists(f"{old_feed}/c.ndjson")

        # And back: the mail channel goes.
        config = mqtt_only(tmp_path, broker)
        agent.write_config(config)
        hup_and_wait(agent)
        agent.drop("d.ndjson", [incident("D")])
        hear(heard, "D")
        wait_for(lambda: not os.path.exists(f"{old_feed}/c.ndjson"), 20,
                 "the old folder swept")
        assert len(smtp.messages) == 1


@pytest.mark.parametrize("then", ["another reload", "time", "the end"])
def test_neither_the_new_nor_the_old_folder_can_be_opened(tmp_path, then):
    config = alone(tmp_path)
    agent = make_agent(tmp_path, config, env={"WATCHDOG_USEC": "300000"})
    with agent:
        os.rename(agent.feed, agent.feed + ".away")
        break_done(agent, config)
        agent.write_config({**config, "feeds": [
            {"name": "odd", "type": "directory",
             "path": f"{agent.folder}/odd"}]})
        hup_and_wait(agent)
        assert "reload failed" in agent.log()
        assert "cannot be opened again" in agent.log()
        fed = agent.notified("WATCHDOG=1")
        wait_for(lambda: agent.notified("WATCHDOG=1") > fed + 1, 20, "progress")
        if then != "the end":
            os.rename(agent.feed + ".away", agent.feed)
            agent.drop("a.ndjson", [incident("A")])
        if then == "another reload":
            agent.write_config(config)
            hup_and_wait(agent)
        if then != "the end":
            agent.wait_taken("a.ndjson")
        assert agent.term() == 0


def test_reloads_in_the_middle_of_a_large_file(tmp_path):
    count = 6000
    with make_agent(tmp_path, alone(tmp_path)) as agent:
        agent.drop("large.ndjson",
                   [incident(f"L-{i}", "nothing to see") for i in
                    range(count)])
        for _ in range(3):
            hup_and_wait(agent)
        agent.wait_taken("large.ndjson", 60)
        assert rows(agent, "SELECT count(*) FROM incident") == [(count,)]
        assert rows(agent, "SELECT count(*) FROM message") == [(count,)]


# Stop


def test_term_in_the_middle_of_a_large_file(tmp_path):
    count = 20000
    lines = [incident(f"L-{i}", "nothing to see") for i in range(count)]
    agent = make_agent(tmp_path, alone(tmp_path))
    with agent:
        agent.drop("large.ndjson", lines)
        wait_for(lambda: rows(agent, "SELECT count(*) FROM incident")[0][0],
                 20, "a first batch")
        assert agent.term() == 0
    taken = rows(agent, "SELECT count(*) FROM incident")[0][0]
    assert 0 < taken
    with agent:
        agent.wait_taken("large.ndjson", 60)
        assert rows(agent, "SELECT count(*) FROM message") == [(count,)]
        if taken < count:
            assert " from=0" not in last_line(agent, "large file begun")


def test_term_waits_for_what_is_in_flight(tmp_path, broker, certs, smtp):
    """A mail server slow to answer: the mail is awaited, then sent again."""
    agent = make_agent(tmp_path, both(tmp_path, broker, smtp.port, certs))
    smtp.fail("data", "hang")
    with agent:
        agent.drop("a.ndjson", [incident("A")])
        wait_for(lambda: smtp.faults_left() == 0, 20, "the mail in flight")
        begun = time.monotonic()
        assert agent.term() == 0
        assert time.monotonic() - begun > 4
        assert "in flight are sent again at the next start count=1" \
            in agent.log()
    with agent:
        smtp.wait_for(1)
        wait_for(lambda: {r["state"] for r in listed(
            agent, "outbox", "list", "--all")} == {"sent"}, 20, "all sent")
    assert len(smtp.messages) == 1


def test_a_second_term_does_not_wait(tmp_path, broker, certs, smtp):
    agent = make_agent(tmp_path, both(tmp_path, broker, smtp.port, certs))
    smtp.fail("data", "hang")
    with agent:
        agent.drop("a.ndjson", [incident("A")])
        wait_for(lambda: smtp.faults_left() == 0, 20, "the mail in flight")
        agent.child.signal(signal.SIGTERM)
        agent.wait_log("stopping: finishing what is in hand")
        assert agent.term() == 0
        # What it says when it has waited as long as it does.
        assert "in flight are sent again" not in agent.log()


def test_interrupt_ends_it_as_well(tmp_path):
    with make_agent(tmp_path, alone(tmp_path)) as agent:
        agent.child.signal(signal.SIGINT)
        assert agent.wait() == 0
        assert not os.path.exists(f"{agent.state}/control")


def test_noise_on_the_control_socket_does_no_harm(tmp_path):
    with make_agent(tmp_path, alone(tmp_path)) as agent:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as s:
            folder = os.open(agent.state, os.O_RDONLY)
            path = f"/proc/self/fd/{folder}/control"
            for size in (0, 1, 100, 60000):
                s.sendto(b"x" * size, path)
            os.close(folder)
        agent.drop("a.ndjson", [incident("A", COURSING),
                                incident("B", TIPPING)])
        agent.wait_taken("a.ndjson")
        assert agent.term() == 0
