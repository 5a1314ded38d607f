"""The MQTT channel against a real mosquitto."""

import json
import os
import time

import pytest

import support
from drive import Drive, until_delivered
from support.process import wait_for


def start_drive(broker, **settings):
    settings.setdefault("tls", "none")
    return Drive("mqtt", port=broker.port, **settings)


def secret_file(tmp_path, text):
    path = tmp_path / "password"
    path.write_text(text + "\n")
    os.chmod(path, 0o600)
    return path


@pytest.mark.parametrize("v5", ["true", "false"])
def test_message_arrives_as_it_was_stored(broker, v5):
    with support.Subscriber(broker, "rural/#") as hears, \
            start_drive(broker, v5=v5) as drive:
        drive.wait_health("up")
        assert drive.send_and_wait(1).verdict == "delivered"
        message = hears.wait_for(1)[0]
        assert message.topic == "rural/v1/alert/test"
        assert json.loads(message.payload) == {
            "alert_id": "a-1", "lat": 51.894366}
        assert message.payload.endswith(b'"lat":51.894366}')
        assert message.qos == 1 and not message.retain
        if v5 == "true":
            assert message.user == {"alert_id": "a-1", "delivery_id": "d-1"}
            assert 3500 < message.expiry <= 3600


def test_latency(broker):
    with support.Subscriber(broker, "rural/#") as hears, \
            start_drive(broker) as drive:
        drive.wait_health("up")
        for number in range(300):
            drive.send_and_wait(number)
        hears.wait_for(300)
        times = sorted(done.us for done in drive.done)
        assert all(done.verdict == "delivered" for done in drive.done)
        print(f"\npublish to PUBACK: p50 {times[150]} us, "
              f"p99 {times[297]} us")


def test_status_topic_says_online_offline_and_lost(broker):
    with support.Subscriber(broker, "rural/status") as hears:
        with start_drive(broker, status_topic="rural/status") as drive:
            drive.wait_health("up")
            assert json.loads(hears.wait_for(1)[0].payload) == {
                "status": "online"}
            drive.close_channel()
            assert json.loads(hears.wait_for(2)[1].payload) == {
                "status": "offline", "reason": "stopped"}
        with start_drive(broker, status_topic="rural/status") as drive:
            drive.wait_health("up")
            hears.wait_for(3)
            drive.process.kill()
            assert json.loads(hears.wait_for(4)[3].payload) == {
                "status": "offline", "reason": "lost"}
            drive.process.wait()
            drive.process.returncode = 0
        time.sleep(0.2)
        assert len(hears.messages) == 4
    with support.Subscriber(broker, "rural/status") as late:
        assert late.wait_for(1)[0].retain


def test_tls_with_login(certs, tmp_path):
    with support.Mosquitto(certs=certs, passwords={"buzzard": "s3cret"}) as b, \
            Drive("mqtt", port=b.port, ca_file=certs.ca, username="buzzard",
                  password_file=secret_file(tmp_path, "s3cret")) as drive:
        drive.wait_health("up")
        assert drive.send_and_wait(1).verdict == "delivered"
        assert drive.probe() == "ok"
        # The probe has an id of its own and does not throw the channel out.
        assert drive.send_and_wait(2).verdict == "delivered"
        assert len(drive.health) == 1


def test_client_certificate(certs):
    with support.Mosquitto(certs=certs, client_certs=True) as b:
        with Drive("mqtt", port=b.port, ca_file=certs.ca,
                   cert_file=certs.client_cert,
                   key_file=certs.client_key) as drive:
            drive.wait_health("up")
            assert drive.send_and_wait(1).verdict == "delivered"
        with Drive("mqtt", port=b.port, ca_file=certs.ca) as drive:
            assert "tls" in drive.wait_health("down")


@pytest.mark.parametrize("case", ["other_ca", "wrong_name", "expired"])
def test_wrong_certificate_is_refused_and_named(certs, case):
    server = {"wrong_name": "wrong", "expired": "expired"}.get(case, "")
    ca = certs.other_ca if case == "other_ca" else certs.ca
    with support.Mosquitto(certs=certs, server=server) as b, \
            Drive("mqtt", port=b.port, ca_file=ca) as drive:
        why = drive.wait_health("down")
        assert "certificate" in why and "ca_file" in why, why
        assert "channel test" in why
        assert drive.send_and_wait(1).verdict == "later"
        assert "certificate" in drive.probe()
        used = drive.cpu_s()
        time.sleep(2)
        assert drive.cpu_s() - used < 0.4
        assert not any(state == "up" for state, _ in drive.health)


def test_missing_ca_file_is_named(certs):
    with support.Mosquitto(certs=certs) as b, \
            Drive("mqtt", port=b.port, ca_file="/nonexistent.pem") as drive:
        assert "ca_file" in drive.wait_health("down")


@pytest.mark.parametrize("v5", ["true", "false"])
def test_wrong_login_is_named_and_mends_itself(tmp_path, v5):
    password = secret_file(tmp_path, "wrong")
    with support.Mosquitto(passwords={"buzzard": "s3cret"}) as b, \
            start_drive(b, username="buzzard", password_file=password,
                        v5=v5) as drive:
        why = drive.wait_health("down")
        assert "refuses the login of user buzzard" in why
        assert "username and password_file of channel test" in why
        assert drive.send_and_wait(1).verdict == "later"
        secret_file(tmp_path, "s3cret")
        drive.wait_health("up")
        assert drive.send_and_wait(1).verdict == "delivered"


def test_login_wanted_but_not_configured():
    with support.Mosquitto(passwords={"buzzard": "s3cret"}) as b, \
            start_drive(b) as drive:
        assert "wants a login" in drive.wait_health("down")
        assert "wants a login" in drive.probe()


def test_password_file_missing_is_named(broker):
    with start_drive(broker, username="u",
                     password_file="/nonexistent/file") as drive:
        assert "/nonexistent/file" in drive.wait_health("down")


def test_topic_that_is_not_allowed_is_refused(tmp_path):
    acl = tmp_path / "acl"
    acl.write_text("topic readwrite rural/#\n")
    os.chmod(acl, 0o644)
    with support.Mosquitto(extra=f"acl_file {acl}") as b, \
            start_drive(b) as drive:
        drive.wait_health("up")
        done = drive.send_and_wait(1, "elsewhere/x")
        assert done.verdict == "refused" and "135" in done.why
        # mosquitto 2.0.11 with no bound on its queue also hangs up then.
        time.sleep(0.2)
        wait_for(lambda: drive.health[-1][0] == "up", what="connected again")
        done = drive.send_and_wait(2, "wild/#")
        assert done.verdict == "refused"
        assert drive.send_and_wait(3).verdict == "delivered"


@pytest.mark.parametrize("tls", [False, True])
def test_broker_down_at_start_then_up(certs, tls):
    settings = {"ca_file": certs.ca} if tls else {"tls": "none"}
    b = support.Mosquitto(certs=certs if tls else None)
    with Drive("mqtt", port=b.port, **settings) as drive:
        assert "check that it runs" in drive.wait_health("down")
        assert drive.send_and_wait(1).verdict == "later"
        used = drive.cpu_s()
        time.sleep(2)
        assert drive.cpu_s() - used < 0.4, "it spins"
        with b:
            drive.wait_health("up")
            assert drive.send_and_wait(1).verdict == "delivered"


@pytest.mark.parametrize("tls", [False, True])
def test_broker_killed_and_restarted_again_and_again(certs, tls):
    settings = {"ca_file": certs.ca} if tls else {"tls": "none"}
    b = support.Mosquitto(certs=certs if tls else None)
    arrived = []
    with b:
        hears = support.Subscriber(
            b, "rural/#", on_message=lambda m: arrived.append(m))
        hears.start()
        with Drive("mqtt", port=b.port, **settings) as drive:
            drive.wait_health("up")
            for turn in range(4):
                first = 100 * turn
                for number in range(first, first + 20):
                    drive.send(number)
                b.kill()
                seen = len(drive.health)
                drive.wait_done(len(set(d.id for d in drive.done)))
                drive.wait_health("down", after=seen - 1)
                b.start()
                again = {n for n in range(first, first + 20)
                         if not any(d.id == n and d.verdict == "delivered"
                                    for d in drive.done)}
                time.sleep(0.3)
                until_delivered(drive, again)
            # Every attempt ended exactly once: nothing is left under way.
            counted = len(drive.done)
            time.sleep(0.5)
            assert len(drive.done) == counted
            delivered = {d.id for d in drive.done
                         if d.verdict == "delivered"}
            assert delivered == {100 * t + n for t in range(4)
                                 for n in range(20)}
        hears.stop()
    # A repeat carries the id of the first.
    assert {m.user["delivery_id"] for m in arrived} <= {
        f"d-{number}" for number in delivered}


@pytest.mark.parametrize("tls", [False, True])
def test_frozen_broker(certs, tls):
    settings = {"ca_file": certs.ca} if tls else {"tls": "none"}
    b = support.Mosquitto(certs=certs if tls else None)
    with b, Drive("mqtt", port=b.port, timeout_ms=1500,
                  **settings) as drive:
        drive.wait_health("up")
        b.freeze()
        done = drive.send_and_wait(1)
        assert done.verdict == "later"
        assert "acknowledged" in done.why
        # Also while connecting: TCP stands, nothing answers.
        seen = len(drive.health)
        why = drive.wait_health("down", after=seen)
        assert "does not answer" in why, why
        used = drive.cpu_s()
        time.sleep(2)
        assert drive.cpu_s() - used < 0.4, "it spins"
        assert "does not answer" in drive.probe()
        b.thaw()
        drive.wait_health("up", after=len(drive.health))
        assert drive.send_and_wait(1).verdict == "delivered"
        drive.close_channel()


def test_two_with_one_client_id_are_told(broker):
    with start_drive(broker) as first:
        first.wait_health("up")
        with start_drive(broker) as second:
            second.wait_health("up")
            assert "client_id buzzard-test" in first.wait_health("down")
            time.sleep(1)
            # They do not throw each other out as fast as they can.
            assert len(first.health) + len(second.health) < 16


def test_many_in_flight(broker):
    with support.Subscriber(broker, "rural/#") as hears, \
            start_drive(broker) as drive:
        drive.wait_health("up")
        for number in range(2000):
            drive.send(number)
        drive.wait_done(2000)
        assert {d.id for d in drive.done} == set(range(2000))
        assert all(d.verdict == "delivered" for d in drive.done)
        hears.wait_for(2000)
        assert len(hears.messages) == 2000


def test_close_while_connecting_is_quick():
    b = support.Mosquitto()
    with b:
        b.freeze()
        with start_drive(b, timeout_ms=60000) as drive:
            time.sleep(0.3)
            drive.close_channel()
        b.thaw()
