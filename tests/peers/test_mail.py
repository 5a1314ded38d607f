"""The mail channel against scripted and real mail servers."""

import os
import socket
import threading
import time

import pytest

import support
from drive import Drive
from support.process import free_port, wait_for


@pytest.fixture
def password(tmp_path):
    path = tmp_path / "password"
    path.write_text("secret\n")
    os.chmod(path, 0o600)
    return path


def start_drive(server, certs, password, **settings):
    settings.setdefault("ca_file", certs.ca)
    settings.setdefault("username", "buzzard")
    return Drive("smtp", port=server.port, password_file=password,
                 **settings)


def test_mail_arrives_as_it_was_stored(smtp, certs, password):
    with start_drive(smtp, certs, password) as drive:
        done = drive.send_and_wait(1)
        assert done.verdict == "delivered" and "250" in done.why
        got = smtp.wait_for(1)[0]
    assert got.tls and got.user == "buzzard"
    assert got.sender == "buzzard@example.org"
    assert got.recipient == "duty@example.org"
    mail = got.mail
    assert mail["Message-ID"] == "<d-1@example.org>"
    assert mail["X-Buzzard-Alert"] == "a-1"
    assert mail["References"] == mail["In-Reply-To"] == "<i-7@example.org>"
    assert mail["Subject"] == "Rural tag \u2013 1"
    assert mail["X-Protective-Marking"] == "OFFICIAL-SENSITIVE"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail.defects == []
    text, html = mail.iter_parts()
    assert text.get_content_type() == "text/plain"
    # The line with a single dot has come through.
    assert text.get_content() == "One.\r\n.\r\nTwo caf\u00e9.\r\n"
    assert html.get_content_type() == "text/html"
    assert b"\n" not in got.data.replace(b"\r\n", b"")


def test_connection_is_used_again(smtp, certs, password):
    with start_drive(smtp, certs, password) as drive:
        for number in range(10):
            assert drive.send_and_wait(number).verdict == "delivered"
        assert smtp.connections == 1
        # Idle, the server goes; the next mail gets a connection of its own.
        for session in list(smtp.open_sessions):
            smtp._loop.call_soon_threadsafe(session.cut)
        time.sleep(0.3)
        assert drive.send_and_wait(10).verdict == "delivered"
        assert len(smtp.messages) == 11


def test_many_at_once(smtp, certs, password):
    with start_drive(smtp, certs, password) as drive:
        for number in range(20):
            drive.send(number)
        drive.wait_done(20)
        assert all(d.verdict == "delivered" for d in drive.done)
        assert sorted(m.mail["Message-ID"] for m in smtp.messages) == sorted(
            f"<d-{n}@example.org>" for n in range(20))


@pytest.mark.parametrize("stage,reply,verdict", [
    ("mail", "451 4.3.0 try later", "later"),
    ("rcpt", "450 4.2.1 greylisted", "later"),
    ("data", "451 4.3.0 try later", "later"),
    ("data", "452 4.3.1 full", "later"),
    ("mail", "421 4.3.2 closing", "later"),
    ("connect", "421 4.3.2 busy", "later"),
    ("mail", "550 5.7.1 not you", "refused"),
    ("rcpt", "550 5.1.1 no such mailbox", "refused"),
    ("data", "554 5.6.0 not wanted", "refused"),
    ("mail", "530 5.7.0 authentication required", "later"),
    ("rcpt", "drop", "later"),
    ("mail", "999 what", "later"),
])
def test_verdicts(smtp, certs, password, stage, reply, verdict):
    smtp.fail(stage, reply)
    with start_drive(smtp, certs, password) as drive:
        done = drive.send_and_wait(1)
        assert done.verdict == verdict, done
        if reply[0] in "45" and "530" not in reply:
            assert reply[:3] in done.why
        assert smtp.messages == []
        assert drive.send_and_wait(1).verdict == "delivered"
        assert len(smtp.messages) == 1


def test_451_then_250_is_one_mail(smtp, certs, password):
    smtp.fail("data", "451 4.3.0 try later", times=2)
    with start_drive(smtp, certs, password) as drive:
        verdicts = [drive.send_and_wait(1).verdict for _ in range(3)]
        assert verdicts == ["later", "later", "delivered"]
        assert len(smtp.messages) == 1


def test_lost_after_the_dot_comes_again_with_the_same_id(
        smtp, certs, password):
    smtp.fail("data", "drop")
    with start_drive(smtp, certs, password) as drive:
        done = drive.send_and_wait(1)
        assert done.verdict == "later"
        assert "whether it took" in done.why
        # Not sent again by itself: an attempt must be counted first.
        time.sleep(0.3)
        assert len(smtp.messages) == 1
        assert drive.send_and_wait(1).verdict == "delivered"
        assert [m.mail["Message-ID"] for m in smtp.messages] == [
            "<d-1@example.org>"] * 2


def test_421_on_a_used_connection_is_tried_once_more(smtp, certs, password):
    with start_drive(smtp, certs, password) as drive:
        assert drive.send_and_wait(1).verdict == "delivered"
        smtp.fail("mail", "421 4.4.2 idle too long")
        assert drive.send_and_wait(2).verdict == "delivered"
        assert smtp.connections == 2
        smtp.fail("mail", "421 4.3.2 closing", times=2)
        assert drive.send_and_wait(3).verdict == "later"


def test_slow_answer_to_the_dot_stops_nothing(smtp, certs, password):
    with start_drive(smtp, certs, password, timeout_ms=3000) as drive:
        smtp.fail("data", "hang")
        drive.send(1)
        wait_for(lambda: smtp.faults_left() == 0, what="the hang")
        drive.send(2)
        other, slow = drive.wait_done(2)
        assert (other.id, other.verdict) == (2, "delivered")
        assert slow.verdict == "later" and "in time" in slow.why


@pytest.mark.parametrize("case", ["other_ca", "wrong_name", "expired"])
def test_wrong_certificate(certs, password, case):
    server = {"wrong_name": "wrong", "expired": "expired"}.get(case, "")
    ca = certs.other_ca if case == "other_ca" else certs.ca
    with support.ScriptedSmtp(certs, server=server,
                              accounts={"buzzard": "secret"}) as smtp, \
            start_drive(smtp, certs, password, ca_file=ca) as drive:
        done = drive.send_and_wait(1)
        assert done.verdict == "later"
        why = drive.wait_health("down")
        assert "certificate" in why and "ca_file" in why
        assert "channel test" in why
        assert "certificate" in drive.probe()
        assert smtp.messages == []


def test_no_starttls_sends_nothing(certs, password):
    with support.ScriptedSmtp() as smtp, \
            start_drive(smtp, certs, password) as drive:
        assert drive.send_and_wait(1).verdict == "later"
        assert "STARTTLS" in drive.wait_health("down")
        assert "STARTTLS" in drive.probe()
        assert smtp.messages == []


def test_no_tls_if_configured_so(certs, password):
    with support.ScriptedSmtp(accounts={"buzzard": "secret"}) as smtp, \
            start_drive(smtp, certs, password, tls="none") as drive:
        assert drive.send_and_wait(1).verdict == "delivered"
        assert not smtp.messages[0].tls


def test_wrong_password_is_named_and_mends_itself(smtp, certs, password):
    password.write_text("wrong\n")
    with start_drive(smtp, certs, password) as drive:
        assert drive.send_and_wait(1).verdict == "later"
        why = drive.wait_health("down")
        assert "login of user buzzard" in why and "535" in why
        assert "username and password_file of channel test" in why
        assert "login of user buzzard" in drive.probe()
        password.write_text("secret\n")
        assert drive.send_and_wait(1).verdict == "delivered"
        drive.wait_health("up")
        assert drive.probe() == "ok"


def test_login_not_offered_sends_nothing(smtp, certs, password):
    smtp.offers_auth = False
    with start_drive(smtp, certs, password) as drive:
        done = drive.send_and_wait(1)
        assert done.verdict == "later"
        assert "offers no login" in done.why
        assert "offers no login" in drive.probe()
        assert smtp.messages == []
        smtp.offers_auth = True
        assert drive.send_and_wait(1).verdict == "delivered"
        assert smtp.messages[0].user == "buzzard"


def test_password_file_missing(smtp, certs, password):
    os.unlink(password)
    with start_drive(smtp, certs, password) as drive:
        assert drive.send_and_wait(1).verdict == "later"
        assert "password" in drive.wait_health("down")
        assert smtp.connections == 0


@pytest.mark.parametrize("address", [
    "duty@elsewhere.example", "duty", "a@b@example.org",
    "duty@example.org>", "duty@example.org.elsewhere.example"])
def test_address_that_may_not_be_used_is_refused(
        smtp, certs, password, address):
    with start_drive(smtp, certs, password) as drive:
        done = drive.send_and_wait(1, address)
        assert done.verdict == "refused"
        assert "recipient duty" in done.why
        assert "@" not in done.why
        assert smtp.connections == 0
        assert drive.send_and_wait(2, "duty@EXAMPLE.org"
                                   ).verdict == "delivered"


def test_server_down_then_up(certs, password):
    smtp = support.ScriptedSmtp(certs, accounts={"buzzard": "secret"})
    with start_drive(smtp, certs, password) as drive:
        assert drive.send_and_wait(1).verdict == "later"
        assert "check that it runs" in drive.wait_health("down")
        used = drive.cpu_s()
        time.sleep(1)
        assert drive.cpu_s() - used < 0.2
        with smtp:
            assert drive.send_and_wait(1).verdict == "delivered"


def test_reply_with_an_address_is_scrubbed(smtp, certs, password):
    smtp.fail("rcpt", "550 5.1.1 <duty@example.org>: unknown")
    with start_drive(smtp, certs, password) as drive:
        done = drive.send_and_wait(1)
        assert done.verdict == "refused"
        assert "550 5.1.1 [address]" in done.why
        assert "duty@" not in done.why


class RawServer:
    """Says what it is told, whatever it hears."""

    def __init__(self, *replies):
        self.port = free_port()
        self.replies = replies
        self.heard = b""
        self._socket = socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                peer, _ = self._socket.accept()
            except OSError:
                return
            with peer:
                for reply in self.replies:
                    try:
                        peer.sendall(reply)
                        heard = peer.recv(65536)
                    except OSError:
                        break
                    self.heard += heard
                    if not heard:
                        break

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._socket.close()


GOOD = (b"220 x\r\n", b"250 x\r\n")


@pytest.mark.parametrize("replies,word", [
    (GOOD + (b"what is this\r\n",), "no SMTP"),
    (GOOD + (b"250-" + b"x" * 5000,), "without end"),
    (GOOD + (b"250-more\r\n" * 9000,), ""),
    (GOOD + (b"250 ok\r\n", b"250 ok\r\n", b"250 not 354\r\n"), "250"),
    ((b"554 go away\r\n",), "554"),
    ((b"HTTP/1.1 400 Bad Request\r\n\r\n",), "does not answer"),
])
def test_servers_that_talk_nonsense(certs, password, replies, word):
    with RawServer(*replies) as server, \
            Drive("smtp", port=server.port, tls="none",
                  timeout_ms=1500) as drive:
        done = drive.send_and_wait(1)
        assert done.verdict == "later", done
        assert word in done.why
        assert b"Rural tag" not in server.heard


def test_frozen_server_while_connecting(password):
    with RawServer() as server, \
            Drive("smtp", port=server.port, timeout_ms=1000) as drive:
        pass  # nothing sent: nothing contacted
    silent = socket.create_server(("127.0.0.1", free_port()))
    with silent, Drive("smtp", port=silent.getsockname()[1],
                       timeout_ms=1000) as drive:
        done = drive.send_and_wait(1)
        assert done.verdict == "later" and "does not answer" in done.why
        assert "does not answer" in drive.probe()


def test_closing_does_not_wait_for_a_frozen_server():
    with socket.create_server(("127.0.0.1", free_port())) as silent, \
            Drive("smtp", port=silent.getsockname()[1],
                  timeout_ms=60000) as drive:
        silent.settimeout(20)
        drive.send(1)
        with silent.accept()[0]:
            drive.close_channel()


def test_real_mail_server(mta, certs, password):
    with start_drive(mta, certs, password) as drive:
        for number in range(3):
            done = drive.send_and_wait(number)
            assert done.verdict == "delivered", done
        done = drive.send_and_wait(3, "nobody-here@example.org")
        assert done.verdict == "refused" and "550" in done.why
        mails = mta.wait_for(3)
        assert sorted(m.mail["Message-ID"] for m in mails) == [
            f"<d-{n}@example.org>" for n in range(3)]
        text = mails[0].mail.get_body(("plain",)).get_content()
        assert text == "One.\n.\nTwo caf\u00e9.\n"
