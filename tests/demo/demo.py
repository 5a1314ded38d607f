#!/usr/bin/python3
"""Last night, as if live, and the weeks before it: ./dev demo [--once]

Starts a real mosquitto, a real SMTP receiver (STARTTLS, login) and the agent
on free loopback ports.  The agent first lives through six weeks in seconds
(past.py), with what people did in them (weeks.py).  Then november-night.ndjson
is played into its feed folder, one message a file, and every alert is shown as
it lands on each channel with the time since its message appeared.  Stays up
until Ctrl-C, so that more can be dropped in; with --once it ends, and with 0
only if every alert of expected.json, and no other, arrived exactly once on
each channel.
"""

import argparse
import json
import shutil
import signal
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
import changes  # noqa: E402
import pages  # noqa: E402
import past  # noqa: E402
import patrol  # noqa: E402
import register  # noqa: E402
from lastnight import Days  # noqa: E402
from show import Screen  # noqa: E402
from weeks import Weeks  # noqa: E402

PASSWORD = "demo-password"
TOPIC = "rural/v1/alert/{district}/{theme}"
STATUS = "rural/v1/agent/status"
RETRY = {"base": "1s", "max": "10s", "expire": "1h"}
REFUSED = "550 5.2.1 this mailbox takes no mail"


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


# Who may log in, all with one password: (account, roles).
PEOPLE = [("liaison", "reviewer,officer,tracks"), ("crew-4", "officer,tracks"),
          ("analyst", "analyst"), ("keeper", "administrator"),
          ("auditor", "auditor"), ("approver", "approver")]


def serving(port):
    """The review service, with links to it in the alerts."""
    return {"port": port, "url": f"http://127.0.0.1:{port}", "idle": "12h",
            "unusual_hour": 25}


def recipients():
    """Who is told: the team on a map and by mail, the council of its theme,
    the team again of what units do in areas."""
    return [
        {"name": "team-map", "channel": "broker", "topic": TOPIC,
         "audience": "team", "levels": ["alert"]},
        {"name": "team-mail", "channel": "mail",
         "address": "rural.team@example.org", "audience": "team",
         "levels": ["alert"]},
        {"name": "council", "channel": "council",
         "address": "waste@example.org", "audience": "partner",
         "themes": ["fly-tipping"]},
        {"name": "team-areas", "channel": "broker", "audience": "team",
         "topic": "rural/v1/area/{district}", "incidents": "no",
         "areas": ["*"]},
    ]


def mail_channel(name, smtp, **more):
    return {"name": name, "type": "smtp", "host": "localhost",
            "port": smtp.port, "from": "buzzard@example.org",
            "allow_domains": ["example.org"], **more}


def configuration(broker, council, mail, port, folder):
    """What an administrator would write, for the demo's peers."""
    agent = f"{folder}/agent"
    return {
        "team": "Rural Engagement Team",
        "marking": "DEMONSTRATION",
        "review": serving(port),
        "feeds": [{"name": "control-room", "type": "directory",
                   "path": f"{agent}/feed"}, *patrol.feeds(folder)],
        "channels": [
            {"name": "broker", "type": "mqtt", "host": "localhost",
             "port": broker.port, "tls": "none", "client_id": "buzzard-demo",
             "status_topic": STATUS, "retry": RETRY},
            mail_channel("council", council, tls="none", retry=RETRY), mail],
        "recipients": recipients(),
        "positions": [{"name": "phones", "type": "owntracks",
                       "host": "localhost", "port": broker.port,
                       "tls": "none", "topics": f"{patrol.TOPIC}#"}],
        "retention_classes": [
            {"name": "waste", "group": 4, "themes": ["fly-tipping"],
             "keep": "30d", "then": "review"},
            {"name": "rural-crime", "group": 3, "keep": "2192d"}],
    }


def by_tls(smtp, certs, folder):
    """The team's mail as it goes in earnest: STARTTLS, and a login."""
    password = folder / "mail.password"
    password.write_text(PASSWORD + "\n", encoding="utf-8")
    password.chmod(0o600)
    return mail_channel("mail", smtp, tls="required", ca_file=certs.ca,
                        username="buzzard", password_file=str(password),
                        retry=RETRY)


def live_the_weeks(agent, clock, days, council):
    """All that was before the night; how many incidents that were."""
    weeks, sent = Weeks(agent.port, days), past.read_earlier(days)
    agent.env = clock.environment()
    with agent:
        for name, roles in PEOPLE:
            desk.add_account(agent, name, roles)
        past.live_through(
            agent, clock, sent,
            weeks.acts(lambda: council.fail("rcpt", REFUSED)))
    agent.env = {}
    return len({message["id"] for _, message in sent})


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


def garble(agent):
    """Two messages that cannot be read."""
    agent.drop("garbled.ndjson",
               '{"id": "EP-0000", "opened_at": "last night", "log": []}\n'
               '{"id": "EP-0001", "log": [{"at"\n')


def stay(_demo):
    """Until somebody presses Ctrl-C."""
    threading.Event().wait()


class Demo:
    """The peers, the agent between them, and what arrives; then what is done
    with it where it does not end by itself."""

    def __init__(self, options, folder, screen, then=stay):
        self.options, self.folder, self.screen = options, folder, screen
        self.then = then
        self.days = Days()
        self.night, self.expected = self.days.night(), self.days.expected()
        self.shown = set()
        self.ledger = Ledger(self.changed)
        self.certs = make_certs(folder / "certs")
        self.smtp = ScriptedSmtp(self.certs, accounts={"buzzard": PASSWORD},
                                 on_mail=self.ledger.mail)
        self.council = ScriptedSmtp()
        self.agent = None

    def changed(self, alert_id):
        if alert_id not in self.shown and self.ledger.is_whole(alert_id):
            self.shown.add(alert_id)
            self.screen.alert(self.ledger.bodies[alert_id],
                              {c: self.ledger.took[alert_id, c]
                               for c in ("mqtt", "mail")})

    def make_agent(self, broker):
        """An agent that has lived through the weeks before the night."""
        port, begun = free_port(), time.monotonic()
        self.screen.begin()
        clock = past.Clock(self.folder, self.days.moment(-45, "09:00"))
        with ScriptedSmtp() as sink:
            self.agent = Agent(configuration(
                broker, self.council, mail_channel("mail", sink, tls="none"),
                port, self.folder), self.folder / "agent")
            self.agent.port = port
            count = live_the_weeks(self.agent, clock, self.days, self.council)
        self.screen.weeks(count, time.monotonic() - begun)
        self.agent.write_config(configuration(
            broker, self.council, by_tls(self.smtp, self.certs, self.folder),
            port, self.folder))

    def fill(self, units):
        """What people and recordings add once the night is over."""
        register.fill(self.agent.port, self.days)
        calls.fill(self.agent.port, self.days)
        changes.fill(self.agent.port)
        patrol.record(self.folder, self.days)
        garble(self.agent)
        units.go_on()
        self.agent.command("retention", "run")

    def numbers(self):
        """The night's incidents: last digits of the reference -> number."""
        officer = desk.Visitor(self.agent.port)
        officer.log_in("liaison")
        return {ref[-4:]: register.number(officer, ref)
                for ref in {m["id"] for m in self.night}}

    def play(self, broker):
        """The night itself; the faults of what arrived."""
        begun = time.monotonic()
        with self.agent:
            wait_for(lambda: self.ledger.is_online, 20, "the agent online")
            self.screen.opening(broker, self.smtp, self.agent,
                                time.monotonic() - begun, self.days)
            units = patrol.Patrol(broker)
            patrol.draw(self.agent)
            units.begin()
            play(self.night, self.agent, self.ledger, self.screen,
                 self.options.seconds)
            settle(self.ledger, self.expected, self.agent)
            self.fill(units)
            faults = self.ledger.faults(self.expected) + pages.faults(
                self.agent.port, self.numbers())
            self.screen.summary(self.night, self.expected, self.ledger,
                                faults)
            if faults and self.options.once:
                print(self.agent.log(), file=sys.stderr)
            if not self.options.once:
                self.screen.staying(broker, self.agent, next(
                    (b["link"] for b in self.ledger.bodies.values()), ""),
                    desk.PASSWORD, PEOPLE)
                self.then(self)
            units.end()
        return faults

    def run(self):
        with Mosquitto(self.folder / "broker") as broker, self.smtp, \
                self.council:
            self.make_agent(broker)
            with Subscriber(broker, ["rural/v1/alert/#", STATUS],
                            on_message=self.ledger.mqtt):
                return 1 if self.play(broker) else 0


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
    # Whoever ends it with kill leaves no agent or broker behind either.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        return Demo(options, folder, Screen(sys.stdout)).run()
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
