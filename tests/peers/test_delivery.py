"""The whole agent with a broker and a mail server that fail and mend."""

import json
import os
import time

import pytest

import support
from support.agent import ROOT
from support.process import wait_for

RETRY = {"base": "200ms", "max": "1s"}


def night():
    path = f"{ROOT}/tests/demo/november-night.ndjson"
    with open(path, encoding="utf-8") as f:
        return [json.loads(line) for line in f]


@pytest.fixture
def password(tmp_path):
    path = tmp_path / "password"
    path.write_text("secret\n")
    os.chmod(path, 0o600)
    return path


def mqtt(broker, **more):
    return {"name": "broker", "type": "mqtt", "host": "localhost",
            "port": broker.port, "tls": "none", "client_id": "buzzard",
            "status_topic": "rural/status", "retry": RETRY, **more}


def mail(server, certs, password, **more):
    return {"name": "mail", "type": "smtp", "host": "localhost",
            "port": server.port, "tls": "required", "ca_file": certs.ca,
            "username": "buzzard", "password_file": str(password),
            "from": "buzzard@example.org", "allow_domains": ["example.org"],
            "retry": RETRY, **more}


def config(*channels):
    recipients = {
        "broker": {"name": "team-map", "channel": "broker",
                   "topic": "rural/v1/{district}/{theme}",
                   "audience": "team", "levels": ["alert"]},
        "mail": {"name": "team-mail", "channel": "mail",
                 "address": "rural.team@example.org", "audience": "team",
                 "levels": ["alert"]}}
    return {"rules": f"{ROOT}/rules/packs/essex", "channels": list(channels),
            "recipients": [recipients[c["name"]] for c in channels]}


@pytest.fixture
def run(tmp_path):
    """Start an agent with these channels; stopped at the end."""
    agents = []

    def start(*channels):
        try:
            agent = support.Agent(config(*channels), folder=tmp_path / "agent")
        except RuntimeError as e:
            pytest.skip(str(e))
        agents.append(agent)
        return agent.start()
    yield start
    for agent in agents:
        agent.stop()


def deliveries(agent, channel):
    return [line for line in agent.log().splitlines()
            if "alert delivered" in line and f"channel={channel} " in line]


def test_each_alert_once_on_both(run, broker, smtp, certs, password):
    with support.Subscriber(broker, "rural/v1/#") as hears:
        agent = run(mqtt(broker), mail(smtp, certs, password))
        agent.drop("night.ndjson", night())
        hears.wait_for(1)
        wait_for(lambda: len(smtp.messages) == len(hears.messages) ==
                 len(deliveries(agent, "mail")), 20, "all delivered")
        time.sleep(0.5)
        by_mqtt = {m.user["alert_id"] for m in hears.messages}
        by_mail = {m.mail["X-Buzzard-Alert"] for m in smtp.messages}
        assert by_mqtt == by_mail
        assert len(by_mqtt) == len(hears.messages) == len(smtp.messages)
        assert "@" not in agent.log()
        assert agent.term() == 0


def test_broker_away_costs_nothing_but_time(run, broker, certs):
    agent = run(mqtt(broker))
    with support.Subscriber(broker, "rural/v1/#") as hears:
        agent.wait_log("channel up channel=broker")
        broker.stop()
        agent.wait_log("channel down channel=broker")
        agent.drop("night.ndjson", night())
        agent.wait_log("file taken")
        time.sleep(1)
        assert hears.messages == []
        broker.start()
        wait_for(lambda: hears.messages and len(hears.messages) ==
                 len(deliveries(agent, "broker")), 20, "all delivered")
        time.sleep(0.5)
        ids = [m.user["delivery_id"] for m in hears.messages]
        assert len(ids) == len(set(ids))
        # One line for the outage, not one for each alert.
        assert agent.log().count("warning: channel down") == 1
        assert agent.log().count("alert delayed") == 0


def test_login_refused_then_mended(run, tmp_path, password):
    password.write_text("wrong\n")
    with support.Mosquitto(passwords={"buzzard": "secret"}) as b:
        agent = run(mqtt(b, username="buzzard", password_file=str(password)))
        agent.wait_log("refuses the login of user buzzard")
        assert "check username and password_file of channel broker" in (
            agent.log())
        agent.drop("night.ndjson", night())
        agent.wait_log("file taken")
        password.write_text("secret\n")
        wait_for(lambda: deliveries(agent, "broker"), 20, "delivered")


def test_certificate_refused_then_mended(run, certs, password, tmp_path):
    """The file that ca_file names is corrected; nothing is restarted."""
    ca = tmp_path / "ca.pem"

    def trust(path):
        with open(path, encoding="ascii") as f:
            ca.write_text(f.read())
    trust(certs.other_ca)
    with support.ScriptedSmtp(certs, accounts={"buzzard": "secret"}) as s:
        agent = run(mail(s, certs, password, ca_file=str(ca)))
        agent.drop("night.ndjson", night())
        agent.wait_log("certificate is not trusted")
        assert "check ca_file and host of channel mail" in agent.log()
        time.sleep(1)
        assert s.messages == []
        assert agent.log().count("warning: channel down") == 1
        trust(certs.ca)
        wait_for(lambda: deliveries(agent, "mail"), 20, "delivered")
        agent.wait_log("channel up channel=mail")


def test_refused_is_dead_and_said(run, smtp, certs, password):
    smtp.fail("rcpt", "550 5.1.1 <rural.team@example.org>: no such user",
              times=1)
    agent = run(mail(smtp, certs, password))
    agent.drop("night.ndjson", night())
    agent.wait_log("alert dead outbox=")
    agent.wait_log("error: alert given up outbox=")
    assert "550 5.1.1 [address]" in agent.log()
    wait_for(lambda: deliveries(agent, "mail"), 20, "the others delivered")


def test_reload_keeps_the_channels_that_did_not_change(
        run, broker, smtp, certs, password):
    with support.Subscriber(broker, "rural/#") as hears:
        agent = run(mqtt(broker), mail(smtp, certs, password))
        agent.wait_log("channel up channel=broker")
        agent.write_config(config(
            mqtt(broker), mail(smtp, certs, password, timeout="7s")))
        agent.hup()
        wait_for(lambda: agent.notified("READY=1") == 2, 10, "reloaded")
        # Online was said once: the connection is the same.
        time.sleep(0.5)
        assert [m.topic for m in hears.messages] == ["rural/status"]
        agent.drop("night.ndjson", night())
        wait_for(lambda: deliveries(agent, "mail") and
                 deliveries(agent, "broker"), 20, "delivered")


def test_stop_waits_for_what_is_on_its_way(run, smtp, certs, password):
    agent = run(mail(smtp, certs, password))
    smtp.fail("data", "hang")
    agent.drop("night.ndjson", night())
    wait_for(lambda: smtp.faults_left() == 0, 10, "a mail on its way")
    assert agent.term() == 0
    # It is sent again after the next start, with the id it had.
    agent.start()
    wait_for(lambda: len(smtp.messages) >= 7, 20, "all after the restart")
    ids = [m.mail["Message-ID"] for m in smtp.messages]
    assert len(ids) == len(set(ids))
