"""Killed at any instant between a position and the word of it, the agent
loses no area event and tells none under two ids."""

import json
import sqlite3
import time

import pytest

from support import Agent, Mosquitto, ScriptedSmtp, Subscriber, wait_for
from support.broker import paho
from support.scenario import write_rules

BUILD = "build/tests/crash"
POINTS = ("before-commit", "after-commit", "after-claim", "after-send",
          "after-reply", "before-finish")
YARD = {"type": "Polygon", "coordinates": [[
    [0.70, 51.80], [0.72, 51.80], [0.72, 51.82], [0.70, 51.82],
    [0.70, 51.80]]]}


def config(folder, broker, smtp):
    retry = {"base": "100ms", "max": "1s", "expire": "1h"}
    return {
        "rules": write_rules(folder),
        "positions": [{"name": "phones", "type": "owntracks", "tls": "none",
                       "host": "127.0.0.1", "port": broker.port}],
        "channels": [
            {"name": "broker", "type": "mqtt", "host": "127.0.0.1",
             "port": broker.port, "tls": "none", "retry": retry},
            {"name": "mail", "type": "smtp", "host": "localhost",
             "port": smtp.port, "tls": "none", "from": "buzzard@example.org",
             "allow_domains": ["example.org"], "retry": retry}],
        "recipients": [
            {"name": "desk", "channel": "broker", "audience": "team",
             "topic": "out/{district}", "incidents": "no", "areas": ["*"]},
            {"name": "duty", "channel": "mail", "audience": "team",
             "address": "duty@example.org", "areas": ["Yard"]}]}


def ask(agent, sql):
    db = sqlite3.connect(f"file:{agent.state}/buzzard.db?mode=ro", uri=True)
    try:
        return db.execute(sql).fetchall()
    finally:
        db.close()


def put(client, lon, at):
    client.publish("owntracks/c/TM01", json.dumps(
        {"_type": "location", "lat": 51.81, "lon": lon, "acc": 8, "vel": 60,
         "cog": 90, "tst": int(at)}), qos=1).wait_for_publish(10)


@pytest.mark.parametrize("point", POINTS)
def test_killed(tmp_path, point):
    yard = tmp_path / "yard.geojson"
    yard.write_text(json.dumps(YARD))
    client = paho.Client("vehicle")
    with Mosquitto(tmp_path / "m") as broker, ScriptedSmtp() as smtp, \
            Subscriber(broker, "out/#") as out:
        client.connect("127.0.0.1", broker.port)
        client.loop_start()
        agent = Agent(config(tmp_path, broker, smtp), tmp_path / "a", build=BUILD)
        now = time.time()
        with agent:
            agent.command("area", "add", "Yard", str(yard))
            agent.wait_log("connected source=phones")
            put(client, 0.690, now - 30)
            wait_for(lambda: ask(agent, "SELECT 1 FROM position"), 10,
                     "the first position")
        agent.env = {"BUZZARD_FAILPOINT": point}
        with agent:
            put(client, 0.710, now - 5)
            wait_for(lambda: not agent.is_running(), 20, "the kill")
        rows = ask(agent, "SELECT count(*), count(DISTINCT area_event_id)"
                   " FROM outbox")[0]
        assert rows == ((0, 0) if point == "before-commit" else (2, 1))
        agent.env = {}
        with agent:
            wait_for(lambda: ask(agent, "SELECT count(*) FROM outbox"
                                 " WHERE state = 2") == [(2,)], 30,
                     "both deliveries")
        ids = {json.loads(m.payload)["delivery_id"] for m in out.messages}
        mails = {str(m.mail["Message-ID"]).strip("<>").split("@")[0]
                 for m in smtp.messages}
        keys = {r: k for r, k in ask(
            agent, "SELECT recipient, key FROM outbox")}
        assert ids == {keys["desk"]} and mails == {keys["duty"]}
        assert ask(agent, "SELECT count(*) FROM area_event") == [(1,)]
        assert ask(agent, "SELECT count(*) FROM audit WHERE event = 4") \
            == [(2,)]
        tries = dict(ask(agent, "SELECT recipient, attempts FROM outbox"))
        assert len(out.messages) <= tries["desk"]
        assert len(smtp.messages) <= tries["duty"]
        assert "0.71" not in str([m.payload for m in out.messages])
        client.loop_stop()
        client.disconnect()
