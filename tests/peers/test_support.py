"""The peers themselves: each does what the other tests rely on."""

import smtplib
import socket
import ssl
import subprocess
import sys
import time

import paho.mqtt.client as paho
import pytest
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from support import (Agent, Mosquitto, RealMta, ScriptedSmtp, Subscriber,
                     free_port, process, wait_for, write_yaml)
from support.agent import ROOT

MAIL = "Subject: trial\r\nMessage-ID: <1@example.org>\r\n\r\nhello\r\n"


def publish(broker, topic, payload, user=None, password=None, props=None):
    client = paho.Client(protocol=paho.MQTTv5)
    if user:
        client.username_pw_set(user, password)
    if broker.certs:
        client.tls_set(broker.certs.ca, broker.certs.client_cert,
                       broker.certs.client_key)
    codes = []
    client.on_connect = lambda c, u, f, code, p: codes.append(int(code.value))
    client.connect("127.0.0.1", broker.port)
    client.loop_start()
    wait_for(lambda: codes, 5, "CONNACK")
    if codes[0] == 0:
        client.publish(topic, payload, qos=1,
                       properties=props).wait_for_publish(5)
    client.disconnect()
    client.loop_stop()
    return codes[0]


def send(port, certs=None, ca=None, account=("buzzard", "secret"),
         to="rural@example.org"):
    with smtplib.SMTP("localhost", port, timeout=5) as client:
        if certs or ca:
            client.starttls(context=ssl.create_default_context(
                cafile=ca or certs.ca))
        if account:
            client.login(*account)
        client.sendmail("buzzard@example.org", [to], MAIL)


def test_ports_are_free_and_differ():
    ports = {free_port() for _ in range(50)}
    assert len(ports) == 50
    assert all(20000 <= port < 32000 for port in ports)


def test_a_port_is_given_to_one_run_at_a_time(monkeypatch):
    """Though nobody listens on it yet; and to another when the run is over."""
    other = subprocess.Popen(
        [sys.executable, "-c", "import sys; sys.path.insert(0, sys.argv[1])\n"
         "from support import free_port\n"
         "print(free_port(), flush=True)\n"
         "sys.stdin.read()", f"{ROOT}/tests"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    with other:
        port = int(other.stdout.readline())
        monkeypatch.setattr(process, "_PORTS", range(port, port + 1))
        with pytest.raises(RuntimeError, match="no free loopback port"):
            free_port()
        other.stdin.close()
        other.wait(20)
    assert free_port() == port


def test_broker_delivers_with_user_properties(broker):
    props = Properties(PacketTypes.PUBLISH)
    props.UserProperty = ("delivery_id", "d-1")
    with Subscriber(broker, "a/#") as subscriber:
        before = time.monotonic()
        publish(broker, "a/b", b"x", props=props)
        publish(broker, "other", b"y")
        (message,) = subscriber.wait_for(1)
    assert (message.topic, message.payload, message.qos) == ("a/b", b"x", 1)
    assert message.user == {"delivery_id": "d-1"}
    assert before <= message.mono <= time.monotonic()


def test_broker_keeps_the_session_over_stop_and_start(broker):
    subscriber = Subscriber(broker, client_id="keeper")
    with subscriber:
        publish(broker, "t", b"1")
        subscriber.wait_for(1)
    publish(broker, "t", b"2")
    broker.stop()
    broker.start()
    with Subscriber(broker, client_id="keeper") as again:
        assert again.wait_for(1)[0].payload == b"2"


def test_broker_with_tls_and_passwords(tmp_path, certs):
    with Mosquitto(tmp_path, certs=certs, client_certs=True,
                   passwords={"buzzard": "secret"}) as broker:
        assert publish(broker, "t", b"x", "buzzard", "wrong") != 0
        with Subscriber(broker, user="buzzard",
                        password="secret") as subscriber:
            assert publish(broker, "t", b"x", "buzzard", "secret") == 0
            subscriber.wait_for(1)


def test_broker_with_the_name_of_another_machine(tmp_path, certs):
    with Mosquitto(tmp_path, certs=certs, server="wrong") as broker:
        with pytest.raises(ssl.SSLCertVerificationError):
            publish(broker, "t", b"x")


def test_frozen_broker_takes_and_does_not_answer(broker):
    broker.freeze()
    try:
        with pytest.raises(TimeoutError):
            publish(broker, "t", b"x")
    finally:
        broker.thaw()
    assert publish(broker, "t", b"x") == 0


def test_scripted_smtp_takes_mail(smtp, certs):
    send(smtp.port, certs)
    (mail,) = smtp.wait_for(1)
    assert mail.recipient == "rural@example.org"
    assert (mail.tls, mail.user) == (True, "buzzard")
    assert mail.mail["Message-ID"] == "<1@example.org>"


def test_scripted_smtp_insists(smtp, certs):
    with pytest.raises(smtplib.SMTPException):
        send(smtp.port, account=None)
    with pytest.raises(smtplib.SMTPSenderRefused):
        send(smtp.port, certs, account=None)
    with pytest.raises(smtplib.SMTPAuthenticationError):
        send(smtp.port, certs, account=("buzzard", "wrong"))
    assert smtp.messages == []


@pytest.mark.parametrize("stage", ["connect", "auth", "mail", "rcpt", "data"])
def test_scripted_smtp_answers_what_it_is_told(smtp, certs, stage):
    # The client tries each of the two ways to log in.
    smtp.fail(stage, "451 4.3.0 try later", times=4 if stage == "auth" else 2)
    for _ in range(2):
        with pytest.raises(smtplib.SMTPException, match="451"):
            send(smtp.port, certs)
    send(smtp.port, certs)
    assert len(smtp.messages) == 1
    assert smtp.faults_left() == 0


def test_scripted_smtp_dies_after_taking(smtp, certs):
    smtp.fail("data", "drop")
    with pytest.raises((smtplib.SMTPException, OSError)):
        send(smtp.port, certs)
    send(smtp.port, certs)
    assert [m.completed for m in smtp.messages] == [False, True]


def test_scripted_smtp_hangs_stops_and_starts(smtp, certs):
    smtp.fail("mail", "hang")
    with pytest.raises((TimeoutError, smtplib.SMTPException)):
        with smtplib.SMTP("localhost", smtp.port, timeout=0.5) as client:
            client.starttls(context=ssl.create_default_context(
                cafile=certs.ca))
            client.login("buzzard", "secret")
            client.mail("a@example.org")
    smtp.stop()
    with pytest.raises(OSError):
        socket.create_connection(("127.0.0.1", smtp.port), 1)
    smtp.start()
    send(smtp.port, certs)


def test_scripted_smtp_without_starttls_or_auth(certs):
    server = ScriptedSmtp(certs, accounts={"buzzard": "secret"})
    server.offers_starttls = server.offers_auth = False
    with server:
        with pytest.raises(smtplib.SMTPNotSupportedError):
            send(server.port, certs)
        send(server.port, account=None)
        assert not server.messages[0].tls


@pytest.mark.parametrize("kind", ["wrong", "expired"])
def test_scripted_smtp_with_a_bad_certificate(certs, kind):
    with ScriptedSmtp(certs, server=kind) as server:
        with pytest.raises(ssl.SSLCertVerificationError):
            send(server.port, certs, account=None)


def test_certificates_of_another_authority_fail(smtp, certs):
    with pytest.raises(ssl.SSLCertVerificationError):
        send(smtp.port, ca=certs.other_ca)


def test_real_mail_server(mta, certs):
    send(mta.port, certs)
    (mail,) = mta.wait_for(1)
    assert mail.recipient == "rural@example.org"
    assert mail.mail["Message-ID"] == "<1@example.org>"
    assert "esmtpsa" in mail.mail["Received"]
    mta.pause()
    mta.start()
    send(mta.port, certs)
    assert len(mta.wait_for(2)) == 2


def test_real_mail_server_insists(mta, certs):
    with pytest.raises(smtplib.SMTPException):
        send(mta.port, account=None)
    with pytest.raises(smtplib.SMTPAuthenticationError):
        send(mta.port, certs, account=("buzzard", "wrong"))
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        send(mta.port, certs, to="nobody-here@example.org")
    assert mta.messages() == []


def test_yaml_as_a_person_would_write_it():
    assert write_yaml({"state": "/s", "sweep": "60s", "n": 3, "on": True,
                       "none": [], "title": "a: b",
                       "feeds": [{"name": "x", "path": "/p"}],
                       "themes": ["a", "b"]}) == (
        'state: /s\nsweep: 60s\nn: 3\non: true\nnone: []\ntitle: "a: b"\n'
        "feeds:\n  - name: x\n    path: /p\nthemes:\n  - a\n  - b\n")


def test_agent_is_awaited_by_its_notification(tmp_path, monkeypatch):
    fake = tmp_path / "fake"
    fake.write_text(
        "#!/usr/bin/python3\n"
        "import os, socket, signal, sys\n"
        "s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)\n"
        "s.connect(os.environ['NOTIFY_SOCKET'])\n"
        "s.send(b'READY=1\\nSTATUS=fine')\n"
        "print('hello', *sys.argv[1:3], file=sys.stderr, flush=True)\n"
        "signal.pause()\n")
    fake.chmod(0o755)
    monkeypatch.setenv("BUZZARD_PROGRAM", str(fake))
    agent = Agent({}, tmp_path / "run")
    with agent:
        agent.wait_log("hello agent -c")
        assert agent.status() == "fine"
        agent.drop("a.ndjson", [{"id": "1"}])
        with open(f"{agent.feed}/a.ndjson", encoding="utf-8") as f:
            assert f.read() == '{"id": "1"}\n'
        assert agent.kill() == -9
        agent.start()
        assert agent.term() == -15
    fake.write_text("#!/bin/sh\necho broken >&2\nexit 78\n")
    with pytest.raises(RuntimeError, match="78:\n.*broken"):
        Agent({}, tmp_path / "again").start()


def test_unavailable_says_why(monkeypatch):
    monkeypatch.setattr("support.exim._EXIM", "/nowhere/exim4")
    assert "./dev setup" in RealMta.unavailable()
