"""The commands beside the agent: exit status, quarantine, outbox, incidents,
and the audit line of whoever looked."""

import getpass
import json
import os
import re
import sqlite3
import subprocess

import pytest

from support import Mosquitto, Subscriber, free_port, program
from support.process import wait_for
from support.terminal import run_on_terminal
from whole import (COURSING, SMALL_PACK, TIPPING, alerts, alone, both, hear,
                   incident, listed, make_agent, mqtt_only, open_the_way_to,
                   rows, small_pack)


def buzzard(*args, **options):
    return subprocess.run([program(), *map(str, args)], capture_output=True,
                          text=True, timeout=60, **options)


# Exit status


PLAIN_STATUS = [
    (["--help"], 0), (["help"], 0), (["--version"], 0),
    (["agent", "--help"], 0), (["check", "--help"], 0),
    (["config", "options"], 0), (["incident", "--help"], 0),
    (["outbox", "--help"], 0), (["quarantine", "--help"], 0),
    (["import", "--help"], 0), (["rules", "--help"], 0),
    (["rules", "test"], 0),
    ([], 2), (["tga"], 2), (["agent", "--fast"], 2), (["agent", "x"], 2),
    (["agent", "-c"], 2), (["check", "x"], 2), (["config"], 2),
    (["config", "hide"], 2), (["incident"], 2), (["incident", "x"], 2),
    (["incident", "show"], 2), (["incident", "list", "--limit", "many"], 2),
    (["incident", "list", "--limit", "0"], 2), (["outbox"], 2),
    (["quarantine"], 2), (["import", "boundaries"], 2), (["rules"], 2),
    (["import", "rules", "x"], 2),
    (["check", "-c", "/nowhere"], 3), (["config", "show", "-c", "/nowhere"],
                                       3),
    (["incident", "list", "-c", "/nowhere"], 3),
    (["rules", "check", "/nowhere"], 4),
    (["agent", "-c", "/nowhere"], 78),
]


@pytest.mark.parametrize("args,status", PLAIN_STATUS,
                         ids=[" ".join(p[0]) or "nothing"
                              for p in PLAIN_STATUS])
def test_status_without_a_state(args, status):
    done = buzzard(*args)
    assert done.returncode == status, done.stderr
    if status:
        assert done.stderr and "Sanitizer" not in done.stderr


STATE_STATUS = [
    (["check"], 0), (["config", "show"], 0), (["incident", "list"], 0),
    (["incident", "show", "A"], 0), (["outbox", "list"], 0),
    (["outbox", "show", "1"], 0), (["quarantine", "list"], 0),
    (["quarantine", "show", "1"], 0), (["outbox", "retry", "dead"], 0),
    (["incident", "show", "nobody"], 1), (["outbox", "show", "99"], 1),
    (["outbox", "retry", "99"], 1), (["quarantine", "show", "99"], 1),
    (["quarantine", "replay", "99"], 1), (["quarantine", "replay", "1"], 1),
    (["quarantine", "drop", "99"], 1),
    (["outbox", "show"], 2), (["outbox", "retry", "x"], 2),
    (["outbox", "forget", "1"], 2), (["quarantine", "show", "x"], 2),
    (["quarantine", "eat", "1"], 2), (["incident", "list", "--since",
                                       "yesterday"], 2),
    (["quarantine", "replay", "1", "--with", "/nowhere"], 4),
    (["import", "boundaries", "/nowhere"], 4),
    (["import", "gazetteer"], 2),
    (["import", "gazetteer", "/nowhere"], 4),
    (["import", "gazetteer", "/dev/null"], 1),
    (["import", "gazetteer", "/dev/null", "--name", "a/b"], 1),
    (["import", "layer", "sssi"], 2),
    (["import", "layer", "sssi", "/nowhere"], 4),
    (["import", "layer", "SSSI", "/nowhere"], 4),
    (["import", "layer", "sssi", "/dev/null", "--name", "x"], 2),
]


@pytest.fixture(name="state", scope="module")
def make_state(tmp_path_factory):
    """A state that an agent has left: an alert queued, a fault held."""
    folder = tmp_path_factory.mktemp("state")
    config = mqtt_only(folder, None, port=free_port())
    with make_agent(folder, config) as agent:
        agent.drop("a.ndjson", json.dumps(incident("A")) + "\n{\n")
        agent.wait_taken("a.ndjson")
    return agent


@pytest.mark.parametrize("args,status", STATE_STATUS,
                         ids=[" ".join(s[0]) for s in STATE_STATUS])
def test_status_with_a_state(state, args, status):
    done = state.command(*args, check=False)
    assert done.returncode == status, done.stderr
    if status:
        assert done.stderr and "Sanitizer" not in done.stderr
    else:
        assert done.stdout


def test_status_of_findings_and_wrong_rules(tmp_path):
    agent = make_agent(tmp_path, alone(tmp_path))
    assert agent.command("check", check=False).returncode == 0
    assert not os.listdir(agent.state)
    small_pack(tmp_path / "rules", SMALL_PACK + "nonsense\n")
    assert agent.command("check", check=False).returncode == 3
    assert buzzard("rules", "check", tmp_path / "rules").returncode == 3
    small_pack(tmp_path / "rules", SMALL_PACK + 'test "no"\n    CALL "quiet"'
               '\n    expect fly-tipping alert\n')
    assert agent.command("check", check=False).returncode == 3
    assert buzzard("rules", "test", tmp_path / "rules").returncode == 1
    small_pack(tmp_path / "rules")
    os.rmdir(agent.feed)
    done = agent.command("check", check=False)
    assert done.returncode == 1
    assert agent.feed in done.stderr and "buzzard.yaml:" in done.stderr


def test_check_connects_only_when_told(tmp_path):
    config = mqtt_only(tmp_path, None, port=free_port())
    agent = make_agent(tmp_path, config)
    assert agent.command("check").returncode == 0
    done = agent.command("check", "--connect", check=False)
    assert done.returncode == 4
    assert "channel broker" in done.stderr
    assert not os.listdir(agent.state)


def test_check_connect_disturbs_no_running_agent(tmp_path, broker, certs,
                                                 smtp):
    with Subscriber(broker) as heard, make_agent(
            tmp_path, both(tmp_path, broker, smtp.port, certs)) as agent:
        wait_for(lambda: any("agent/status" in m.topic
                             for m in heard.messages), 20, "online")
        done = agent.command("check", "--connect")
        assert done.stdout.count("answers") == 2
        agent.drop("a.ndjson", [incident("A")])
        hear(heard, "A")
        said = [json.loads(m.payload)["status"] for m in heard.messages
                if "agent/status" in m.topic]
        assert said == ["online"]
        assert "already connected" not in broker.log()


def test_without_a_database(tmp_path):
    agent = make_agent(tmp_path, alone(tmp_path))
    for command in (("incident", "list"), ("outbox", "list"),
                    ("quarantine", "list")):
        done = agent.command(*command, check=False)
        assert done.returncode == 4
        assert "buzzard.db" in done.stderr
    assert not os.listdir(agent.state)


@pytest.mark.skipif(os.geteuid() != 0, reason="takes root, to be another")
def test_without_the_right_to(state):
    open_the_way_to(state.folder)
    done = subprocess.run(
        [program(), "incident", "list", "-c", state.config_path],
        capture_output=True, text=True, user="nobody", group="nogroup",
        extra_groups=[], timeout=60)
    assert done.returncode == 5, done.stderr
    assert "ermission" in done.stderr and not done.stdout


def test_a_layer_is_used_after_a_reload(tmp_path):
    config = alone(tmp_path)
    small_pack(config["rules"], SMALL_PACK + """
rule on_a_site "On a protected site"
    theme hare-coursing
    give 60 when inside "sssi"
    alert from 60
""")
    square = [[0.4, 51.9], [0.5, 51.9], [0.5, 52], [0.4, 52], [0.4, 51.9]]
    path = tmp_path / "sites.geojson"
    path.write_text(json.dumps({
        "type": "FeatureCollection", "features": [
            {"type": "Feature", "properties": {},
             "geometry": {"type": "Polygon", "coordinates": [square]}}]}))
    with make_agent(tmp_path, config) as agent:
        agent.wait_log("layer that was not imported")
        agent.drop("a.ndjson", [incident("A", "nothing said")])
        agent.wait_taken("a.ndjson")
        done = agent.command("import", "layer", "sssi", path)
        assert "layer sssi: 0 points, 0 lines, 1 areas" in done.stdout
        agent.hup()
        agent.wait_log("layer loaded layer=sssi")
        wait_for(lambda: "reloaded" in agent.log(), 20, "the reload")
        agent.drop("b.ndjson", [incident("B", "nothing said")])
        agent.wait_taken("b.ndjson")
        assert listed(agent, "incident", "show", "A")[0]["tags"] == []
        [tag] = listed(agent, "incident", "show", "B")[0]["tags"]
        assert tag["rules"][0]["evidence"][0]["text"] == "inside sssi"


def test_a_gazetteer_is_used_after_a_reload(tmp_path):
    path = tmp_path / "names.csv"
    row = [""] * 34
    row[0], row[1], row[2] = "osgb1", "http://data.example.org/1", "Inventon"
    row[7], row[8], row[9] = "Village", "560300", "237900"
    path.write_text(",".join(row) + "\n")
    config = alone(tmp_path)
    small_pack(config["rules"])
    place = {"location_text": "field at Inventon", "lat": None, "lon": None}
    with make_agent(tmp_path, config) as agent:
        agent.drop("a.ndjson", [incident("A", "lurchers coursing", **place)])
        agent.wait_taken("a.ndjson")
        done = agent.command("import", "gazetteer", path)
        assert "gazetteer names: 1 settlements, 0 roads, 0 postcodes" in (
            done.stdout)
        kept = os.path.join(agent.state, "gazetteer", "names.csv")
        with open(kept, encoding="utf-8") as f:
            assert f.read().count("http") == 0
        agent.hup()
        agent.wait_log("names in force gazetteer=names settlements=1")
        wait_for(lambda: "reloaded" in agent.log(), 20, "the reload")
        agent.drop("b.ndjson", [incident("B", "lurchers coursing", **place)])
        agent.wait_taken("b.ndjson")
        [before], [after] = (listed(agent, "incident", "show", ref)
                             for ref in "AB")
        assert before["place"] == "unknown" and before["located_by"] is None
        assert after["place"] == "rural" and after["doubt"] is None
        assert after["located_by"] == (
            "the name Inventon in the location text, within 2.0 km")


# Incidents


def test_incident_list_and_show(tmp_path):
    with make_agent(tmp_path, alone(tmp_path)) as agent:
        agent.drop("a.ndjson", [
            incident("A"),
            incident("B", TIPPING, opened_at="2026-11-14T19:00:00Z"),
            incident("C", "quiet", opened_at="2026-11-14T20:00:00Z"),
            {"id": "A", "partial": True, "x-extra": [1, {"y": None}],
             "log": [{"at": "2026-11-14T18:30:00Z",
                      "text": "it is the shoot"}]}])
        agent.wait_taken("a.ndjson")
        assert [r["ref"] for r in listed(agent, "incident", "list")] == \
            ["C", "B", "A"]
        assert [r["ref"] for r in listed(agent, "incident", "list",
                                         "--limit", 1)] == ["C"]
        assert [r["ref"] for r in listed(agent, "incident", "list", "--theme",
                                         "fly-tipping")] == ["B"]
        assert [r["ref"] for r in listed(
            agent, "incident", "list", "--since",
            "2026-11-14T19:00:00Z")] == ["C", "B"]
        [shown] = listed(agent, "incident", "show", "A")
        assert shown["messages"] == 2 and shown["tags"] == []
        assert shown["record"]["x-extra"] == [1, {"y": None}]
        assert len(shown["record"]["log"]) == 2
        [shown] = listed(agent, "incident", "show", "A", "--history")
        [old] = shown["tags"]
        assert old["theme"] == "hare-coursing" and old["ended_at"]
        assert old["rules"][0]["evidence"][0]["text"] == "coursing"


SHADOW_PACK = """
rule tried "Tried out"
    theme hare-coursing
    shadow
    give 60 when text has "coursing"
    alert from 60

rule hurt "Somebody may be hurt"
    flag at-risk
    give 60 when text has "shotgun"
    review from 60
"""


def test_what_was_said_before_and_what_shadow_rules_say(tmp_path):
    config = alone(tmp_path)
    small_pack(config["rules"], SMALL_PACK + SHADOW_PACK)
    with make_agent(tmp_path, config) as agent:
        agent.drop("a.ndjson", [
            incident("A", COURSING + ", one with a shotgun"),
            {"id": "A", "partial": True,
             "log": [{"at": "2026-11-14T18:30:00Z",
                      "text": "it is the shoot"}]}])
        agent.wait_taken("a.ndjson")
        [shown] = listed(agent, "incident", "show", "A")
        assert shown["flags"] == ["at-risk"] and shown["tags"] == []
        [shadow] = shown["shadows"]
        assert (shadow["theme"], shadow["level"], shadow["ended_at"]) == \
            ("hare-coursing", "alert", None)
        assert shadow["rules"][0]["rule"] == "tried"
        [old] = listed(agent, "incident", "show", "A", "--history")[0]["tags"]
        assert old["rules"][0]["evidence"][0]["text"] == "coursing"
        assert old["made_at"] and old["ended_at"] and old["rule_set"]
        status, text = run_on_terminal("incident", "show", "A", "-c",
                                       agent.config_path, env={})
        assert status == 0
        assert "said before (with the reasons: --history)" in text
        assert "hare-coursing: alert, score" in text and ", rules sha256:" \
            in text
        assert "by shadow rules, which tag nothing and tell nobody:" in text
        assert re.search(r"flags +at-risk", text)
        assert rows(agent, "SELECT count(*) FROM outbox") == [(0,)]


def consultations(agent):
    return [(actor, incident_id, json.loads(detail)) for
            actor, incident_id, detail in rows(
                agent, "SELECT actor, incident_id, detail FROM audit"
                " WHERE event = 3 ORDER BY id")]


def test_who_looked_is_recorded(tmp_path):
    me = f"user:{getpass.getuser()}"
    with make_agent(tmp_path, alone(tmp_path)) as agent:
        agent.drop("a.ndjson", json.dumps(incident("A")) + "\n{\n")
        agent.wait_taken("a.ndjson")
        assert consultations(agent) == []
        agent.command("incident", "show", "A")
        agent.command("incident", "list", "--theme", "fly-tipping")
        agent.command("quarantine", "show", 1)
        agent.command("incident", "show", "nobody", check=False)
        assert consultations(agent) == [
            (me, 1, {"command": "incident show"}),
            (me, None, {"command": "incident list", "what": "fly-tipping"}),
            (me, None, {"command": "quarantine show"})]
        agent.command("quarantine", "drop", 1)
        assert rows(agent, "SELECT actor, event, detail FROM audit"
                    " ORDER BY id DESC LIMIT 1") == [
            (me, 2, '{"command":"quarantine drop","what":"1"}')]


def test_what_cannot_be_recorded_is_not_shown(tmp_path):
    agent = make_agent(tmp_path, alone(tmp_path))
    with agent:
        agent.drop("a.ndjson", [incident("A")])
        agent.wait_taken("a.ndjson")
    db = sqlite3.connect(f"{agent.state}/buzzard.db")
    db.execute("CREATE TRIGGER refuse BEFORE INSERT ON audit"
               " BEGIN SELECT RAISE(ABORT, 'refused here'); END")
    db.close()
    done = agent.command("incident", "show", "A", check=False)
    assert done.returncode == 4 and not done.stdout
    assert "could not be recorded" in done.stderr


# Quarantine


GOOD = json.dumps(incident("Q-1", COURSING))
BAD = GOOD.replace('"grade": 2', '"grade": [2]')


def test_quarantine_from_list_to_alert(tmp_path, broker):
    config = mqtt_only(tmp_path, broker)
    with Subscriber(broker) as heard, make_agent(tmp_path, config) as agent:
        agent.drop("a.ndjson", "\n".join([json.dumps(incident("A")), BAD,
                                          json.dumps(incident("B"))]) + "\n")
        hear(heard, "A", "B")
        [held] = listed(agent, "quarantine", "list")
        assert (held["file"], held["line"], held["state"]) == \
            ("a.ndjson", 2, "held")
        assert "grade" in held["reason"]
        shown = agent.command("quarantine", "show", held["id"], "--bytes")
        assert shown.stdout == BAD
        [whole] = listed(agent, "quarantine", "show", held["id"])
        assert whole["bytes"] == BAD and whole["size"] == len(BAD)

        # As it stands it is still bad, and says how to go on.
        done = agent.command("quarantine", "replay", held["id"], check=False)
        assert done.returncode == 1 and "--with FILE" in done.stderr

        path = tmp_path / "corrected.json"
        path.write_text(GOOD + "\n")
        done = agent.command("quarantine", "replay", held["id"], "--with",
                             path)
        assert "now" in done.stdout
        hear(heard, "Q-1")
        wait_for(lambda: listed(agent, "quarantine", "list") == [], 20,
                 "nothing held")
        [was] = listed(agent, "quarantine", "list", "--all")
        assert was["state"] == "replayed"
        # Once is enough.
        done = agent.command("quarantine", "replay", held["id"], "--with",
                             path, check=False)
        assert done.returncode == 1 and "replayed already" in done.stderr
        done = agent.command("quarantine", "drop", held["id"], check=False)
        assert done.returncode == 1
        assert len(alerts(heard)) == 3
        assert rows(agent, "SELECT bytes FROM message m JOIN incident i ON"
                    " i.id = m.incident_id WHERE ref = 'Q-1'") == [
            (GOOD.encode(),)]


def test_a_replay_that_fails_is_tried_again(tmp_path):
    agent = make_agent(tmp_path, alone(tmp_path))
    good = tmp_path / "good.json"
    good.write_text(GOOD)
    with agent:
        agent.drop("a.ndjson", BAD + "\n")
        agent.wait_taken("a.ndjson")
        with sqlite3.connect(f"{agent.state}/buzzard.db") as db:
            db.execute("CREATE TRIGGER refuse BEFORE INSERT ON message"
                       " BEGIN SELECT RAISE(ABORT, 'refused here'); END")
        agent.command("quarantine", "replay", 1, "--with", good)
        wait_for(lambda: "refused here" in agent.log(), 20, "the failure")
        with sqlite3.connect(f"{agent.state}/buzzard.db") as db:
            db.execute("DROP TRIGGER refuse")
        wait_for(lambda: listed(agent, "incident", "list"), 15, "Q-1")


def test_a_replay_asked_for_while_no_agent_runs(tmp_path):
    agent = make_agent(tmp_path, alone(tmp_path))
    with agent:
        agent.drop("a.ndjson", BAD + "\n")
        agent.wait_taken("a.ndjson")
    path = tmp_path / "corrected.json"
    path.write_text(GOOD)
    done = agent.command("quarantine", "replay", 1, "--with", path)
    assert "when it is next started" in done.stdout
    assert listed(agent, "incident", "list") == []
    with agent:
        assert [r["ref"] for r in listed(agent, "incident", "list")] == \
            ["Q-1"]


def test_bytes_that_are_no_text_are_kept(tmp_path):
    bad = b'{"id": "X\xff\xfe", "opened_at": 1}\x01'
    with make_agent(tmp_path, alone(tmp_path)) as agent:
        agent.drop("a.ndjson", bad + b"\n")
        agent.wait_taken("a.ndjson")
        done = subprocess.run(
            [program(), "quarantine", "show", "1", "--bytes", "-c",
             agent.config_path], capture_output=True, check=True)
        assert done.stdout == bad
        [shown] = listed(agent, "quarantine", "show", 1)
        assert shown["size"] == len(bad)


# Outbox


def test_outbox_from_dead_to_sent(tmp_path, certs, smtp):
    """Refused for good, then put right and retried by hand."""
    with Mosquitto(tmp_path / "broker") as broker, \
            Subscriber(broker) as heard:
        smtp.fail("rcpt", "550 5.1.1 no such mailbox")
        with make_agent(tmp_path, both(tmp_path, broker, smtp.port,
                                       certs)) as agent:
            agent.drop("a.ndjson", [incident("A")])
            hear(heard, "A")
            wait_for(lambda: listed(agent, "outbox", "list", "--dead"), 20,
                     "a dead one")
            [dead] = listed(agent, "outbox", "list")
            assert (dead["state"], dead["channel"], dead["incident"],
                    dead["attempts"]) == ("dead", "mail", "A", 1)
            assert "550" in dead["last_error"]
            assert {r["state"] for r in listed(agent, "outbox", "list",
                                               "--all")} == {"dead", "sent"}
            shown = listed(agent, "outbox", "show", dead["id"])
            assert shown[0]["delivery_id"] == dead["delivery_id"]
            sent = next(r for r in listed(agent, "outbox", "list", "--all")
                        if r["state"] == "sent")
            assert sent["alert_id"] == dead["alert_id"]
            done = agent.command("outbox", "retry", sent["id"], check=False)
            assert done.returncode == 1

            done = agent.command("outbox", "retry", dead["id"])
            assert "the agent tries now" in done.stdout
            [mail] = smtp.wait_for(1)
            assert mail.mail["X-Buzzard-Alert"] == dead["alert_id"]
            assert dead["delivery_id"] in mail.mail["Message-ID"]
            wait_for(lambda: listed(agent, "outbox", "list") == [], 20,
                     "an empty outbox")
            assert len(alerts(heard)) == 1


def test_retry_of_all_dead_while_no_agent_runs(tmp_path, certs, smtp):
    smtp.fail("rcpt", "550 5.1.1 no such mailbox", times=2)
    broker = Mosquitto(tmp_path / "broker")
    agent = make_agent(tmp_path, both(tmp_path, broker, smtp.port, certs))
    with broker:
        with agent:
            agent.drop("a.ndjson", [incident("A"), incident("B")])
            wait_for(lambda: len(listed(agent, "outbox", "list",
                                        "--dead")) == 2, 20, "two dead")
        done = agent.command("outbox", "retry", "dead")
        assert "2 queued again" in done.stdout
        assert "next started" in done.stdout
        with agent:
            smtp.wait_for(2)
