#!/usr/bin/python3
"""One November night, as if live: ./dev demo [--once]

Starts a real mosquitto, a real SMTP receiver (STARTTLS, login) and the agent
on free loopback ports, plays november-night.ndjson into the agent's feed
folder, one message a file, and shows every alert as it lands on each channel
with the time since its message appeared.  Stays up until Ctrl-C, so that more
can be dropped in; with --once it ends, and with 0 only if every alert of
expected.json, and no other, arrived exactly once on each channel.
"""

import argparse
import json
import shutil
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from support import (Agent, Mosquitto, ScriptedSmtp,  # noqa: E402
                     Subscriber, desk, free_port, make_certs, wait_for)
import calls  # noqa: E402
import register  # noqa: E402
from show import Screen  # noqa: E402

PASSWORD = "demo-password"
TOPIC = "rural/v1/alert/{district}/{theme}"
STATUS = "rural/v1/agent/status"


def read_night(path=HERE / "november-night.ndjson"):
    """The messages, in the order in which they happened."""
    with open(path, encoding="utf-8") as f:
        night = [json.loads(line) for line in f]
    return sorted(night, key=lambda m: m["updated_at"])


def read_expected(path=HERE / "expected.json"):
    """(reference, theme, reason) of every alert that must arrive."""
    with open(path, encoding="utf-8") as f:
        return [(e["reference"], e["theme"], e["reason"])
                for e in json.load(f)]


class Ledger:
    """What was played and what arrived; safe from any thread.

    An alert is known by its alert_id, the same on both channels; an arrival
    is (alert_id, channel) and counts how often.
    """

    def __init__(self, on_change):
        self.lock = threading.Lock()
        self.played = {}   # reference -> time.time() of its latest message
        self.alerts = {}   # alert_id -> (reference, theme, reason)
        self.bodies = {}   # alert_id -> the MQTT message's JSON
        self.arrivals = Counter()
        self.took = {}     # (alert_id, channel) -> seconds, of the first
        self.pending = {}  # alert_id -> mail that came before its MQTT twin
        self.is_online = False
        self._on_change = on_change

    def play(self, reference):
        with self.lock:
            self.played[reference] = time.time()

    def _arrive(self, alert_id, channel, reference, at):
        self.arrivals[alert_id, channel] += 1
        begun = self.played.get(reference, at)
        self.took.setdefault((alert_id, channel), at - begun)

    def mqtt(self, message):
        """One message at the subscriber."""
        if message.topic == STATUS:
            self.is_online = b"online" in message.payload
            return
        body = json.loads(message.payload)
        alert_id = body["alert_id"]
        with self.lock:
            self.alerts[alert_id] = (body["reference"], body["theme"],
                                     body["reason"])
            self.bodies[alert_id] = body
            self._arrive(alert_id, "mqtt", body["reference"], message.at)
            waiting = self.pending.pop(alert_id, [])
            for at in waiting:
                self._arrive(alert_id, "mail", body["reference"], at)
        self._on_change(alert_id)

    def mail(self, mail):
        """One mail at the server."""
        alert_id = str(mail.mail["X-Buzzard-Alert"])
        with self.lock:
            if alert_id in self.alerts:
                self._arrive(alert_id, "mail", self.alerts[alert_id][0],
                             mail.at)
            else:
                self.pending.setdefault(alert_id, []).append(mail.at)
                return
        self._on_change(alert_id)

    def is_whole(self, alert_id):
        return all(self.arrivals[alert_id, c] for c in ("mqtt", "mail"))

    def faults(self, expected):
        """In words, all that differs from every alert once on each."""
        with self.lock:
            found = []
            seen = Counter(self.alerts.values())
            for alert in expected:
                if not seen[alert]:
                    found.append("did not arrive: " + " ".join(alert))
            for alert_id, alert in self.alerts.items():
                if alert not in expected or seen[alert] > 1:
                    found.append("was not expected: " + " ".join(alert))
                for channel in ("mqtt", "mail"):
                    count = self.arrivals[alert_id, channel]
                    if count != 1:
                        found.append(f"{' '.join(alert)}: {count} times by "
                                     f"{channel}")
            found += [f"a mail without its MQTT message: {a}"
                      for a in self.pending]
            return found

    def count_whole(self):
        with self.lock:
            return sum(1 for a in self.alerts if self.is_whole(a))


def serving(port):
    """The review service, with links to it in the alerts."""
    return {"port": port, "url": f"http://127.0.0.1:{port}"}


def configuration(broker, smtp, certs, folder):
    """What an administrator would write, for the demo's peers."""
    password = folder / "mail.password"
    password.write_text(PASSWORD + "\n", encoding="utf-8")
    password.chmod(0o600)
    retry = {"base": "1s", "max": "10s", "expire": "1h"}
    return {
        "team": "Rural Engagement Team",
        "marking": "DEMONSTRATION",
        "review": serving(free_port()),
        "channels": [
            {"name": "broker", "type": "mqtt", "host": "localhost",
             "port": broker.port, "tls": "none", "client_id": "buzzard-demo",
             "status_topic": STATUS, "retry": retry},
            {"name": "mail", "type": "smtp", "host": "localhost",
             "port": smtp.port, "tls": "required", "ca_file": certs.ca,
             "username": "buzzard", "password_file": str(password),
             "from": "buzzard@example.org",
             "allow_domains": ["example.org"], "retry": retry},
        ],
        "recipients": [
            {"name": "team-map", "channel": "broker", "topic": TOPIC,
             "audience": "team", "levels": ["alert"]},
            {"name": "team-mail", "channel": "mail",
             "address": "rural.team@example.org", "audience": "team",
             "levels": ["alert"]},
        ],
    }


def play(night, agent, ledger, screen, seconds):
    """Each message at its own moment of the night, squeezed into seconds."""
    def stamp(message):
        return time.mktime(time.strptime(message["updated_at"][:19],
                                         "%Y-%m-%dT%H:%M:%S"))
    first, last = stamp(night[0]), stamp(night[-1])
    begun = time.monotonic()
    for number, message in enumerate(night):
        due = begun + (stamp(message) - first) / (last - first) * seconds
        time.sleep(max(0, due - time.monotonic()))
        before = [m for m in night[:number] if m["id"] == message["id"]]
        screen.call(message, "repeated" if message in before else
                    "update" if before else "")
        ledger.play(message["id"])
        agent.drop(f"{number:03}-{message['id']}.ndjson", [message])


def settle(ledger, expected, agent, seconds=20.0):
    """Wait until all has arrived, and a little for what should not."""
    end = time.monotonic() + seconds
    while time.monotonic() < end and agent.is_running():
        if ledger.count_whole() >= len(expected):
            break
        time.sleep(0.05)
    time.sleep(1.0)


def run(options, folder, screen):
    night, expected = read_night(), read_expected()
    shown = set()

    def changed(alert_id):
        if alert_id not in shown and ledger.is_whole(alert_id):
            shown.add(alert_id)
            screen.alert(ledger.bodies[alert_id],
                         {c: ledger.took[alert_id, c]
                          for c in ("mqtt", "mail")})

    ledger = Ledger(changed)
    certs = make_certs(folder / "certs")
    smtp = ScriptedSmtp(certs, accounts={"buzzard": PASSWORD},
                        on_mail=ledger.mail)
    with Mosquitto(folder / "broker") as broker, smtp:
        config = configuration(broker, smtp, certs, folder)
        agent = Agent(config, folder / "agent")
        with Subscriber(broker, ["rural/v1/alert/#", STATUS],
                        on_message=ledger.mqtt):
            begun = time.monotonic()
            with agent:
                wait_for(lambda: ledger.is_online, 20, "the agent online")
                desk.add_account(agent, "liaison", "reviewer,officer")
                desk.add_account(agent, "keeper", "administrator")
                desk.add_account(agent, "auditor", "auditor")
                desk.add_account(agent, "crew-4", "officer,tracks")
                url = f"http://127.0.0.1:{config['review']['port']}/"
                screen.opening(broker, smtp, agent, time.monotonic() - begun,
                               (url, "liaison", desk.PASSWORD,
                                night[-1]["updated_at"][:10]))
                play(night, agent, ledger, screen, options.seconds)
                settle(ledger, expected, agent)
                register.fill(config["review"]["port"])
                calls.fill(config["review"]["port"])
                faults = ledger.faults(expected)
                screen.summary(night, expected, ledger, faults)
                if faults and options.once:
                    print(agent.log(), file=sys.stderr)
                if not options.once:
                    screen.staying(broker, agent, next(
                        (b["link"] for b in ledger.bodies.values()), ""))
                    threading.Event().wait()
    return 1 if faults else 0


def main(argv=None):
    parser = argparse.ArgumentParser(prog="./dev demo")
    parser.add_argument("--once", action="store_true",
                        help="end after the night; 0 if all arrived once")
    parser.add_argument("--seconds", type=float, default=None,
                        help="how long the night takes (60; 15 with --once)")
    options = parser.parse_args(argv)
    if options.seconds is None:
        options.seconds = 15.0 if options.once else 60.0
    folder = Path(tempfile.mkdtemp(prefix="buzzard-demo."))
    try:
        return run(options, folder, Screen(sys.stdout))
    except KeyboardInterrupt:
        print()
        return 0
    except (RuntimeError, TimeoutError) as error:
        print(f"demo: {error}", file=sys.stderr)
        return 1
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
