"""What the demo prints: plain text, with colour on a terminal."""

import os
import shutil
import textwrap
import threading
from statistics import median

import lastnight

CHANNELS = (("mqtt", "MQTT"), ("mail", "mail"))


class Screen:
    """One line of the night at a time, from any thread."""

    def __init__(self, out):
        self.out = out
        self.lock = threading.Lock()
        self.width = min(shutil.get_terminal_size((88, 24)).columns, 100)
        self.colour = (out.isatty() and "NO_COLOR" not in os.environ
                       and os.environ.get("TERM") != "dumb")

    def _paint(self, text, code):
        return f"\033[{code}m{text}\033[0m" if self.colour else text

    def _say(self, *lines):
        with self.lock:
            print(*lines, sep="\n", file=self.out, flush=True)

    def _rule(self, title=""):
        head = f"── {title} " if title else ""
        return self._paint(head + "─" * (self.width - len(head)), "2")

    def begin(self):
        self._say("", self._paint("Buzzard", "1") + "  a November night in "
                  "north-west Essex", self._rule(),
                  "  first, the agent lives through the six weeks before it ...")

    def weeks(self, incidents, seconds):
        self._say(f"  six weeks   {incidents} incidents and what people did "
                  f"about them, in {seconds:.0f} s")

    def opening(self, broker, smtp, agent, seconds, days):
        self._say(
            f"  mosquitto   127.0.0.1:{broker.port}   MQTT 5, QoS 1",
            f"  mail        127.0.0.1:{smtp.port}   STARTTLS, login",
            f"  the agent   online after {seconds:.2f} s",
            f"  its feed    {agent.feed}",
            f"  review      http://127.0.0.1:{agent.port}/   logins below, "
            "after the night",
            self._rule(f"the night of {days.day:%A} {days.day.day} "
                       f"{days.day:%B}"))

    def call(self, message, note):
        """A message of the control room, as it is put into the feed."""
        at = lastnight.clock(message["updated_at"])
        what = message.get("opening_code", "")
        where = message.get("location_text", "")
        if note == "update":
            what, where = "…", _quote(message["log"][-1]["text"])
        line = f"{at}  {message['id'][-4:]}  {what:<19} {where}"
        if note == "repeated":
            line += "  (the same message again)"
        if len(line) > self.width:
            line = line[:self.width - 1].rstrip() + "…"
        self._say(self._paint(line, "2"))

    def alert(self, body, took):
        """An alert that has landed on both channels."""
        level = {"alert": "31;1", "review": "33;1"}.get(body["level"], "36;1")
        reason = "" if body["reason"] == "first" else f" {body['reason']}"
        times = "   ".join(
            f"{name} {self._paint(_ms(took[channel]), '32;1')}"
            for channel, name in CHANNELS)
        title = f"▶ {body['title']}{reason}"
        score = "" if body["score"] is None else f"   score {body['score']}"
        rows = [f"       {self._paint(title, level)}   "
                f"{body['reference'][-4:]}{score}   {times}"]
        for text in filter(None, (_place(body), _vehicles(body),
                                  _why(body))):
            rows += textwrap.wrap(text, self.width - 9,
                                  initial_indent=" " * 9,
                                  subsequent_indent=" " * 9)
        self._say("", *rows, "")

    def summary(self, night, expected, ledger, faults):
        rows = [self._rule("summary"),
                f"  {len(night)} messages about "
                f"{len({m['id'] for m in night})} incidents, one of them "
                f"repeated; {len(expected)} alerts expected"]
        for channel, name in CHANNELS:
            took = [s for (_, c), s in ledger.took.items() if c == channel]
            if took:
                arrivals = sum(n for (_, c), n in ledger.arrivals.items()
                               if c == channel)
                rows.append(
                    f"  {name:<5} {len(took)} alerts in {arrivals} arrivals; "
                    f"from the file to here: median {_ms(median(took))}, "
                    f"slowest {_ms(max(took))}")
        if faults:
            rows += [self._paint(f"  ✗ {fault}", "31") for fault in faults]
        else:
            rows.append(self._paint(
                f"  ✓ each of the {len(expected)} alerts arrived once on each "
                "channel, and nothing else did", "32"))
        self._say("", *rows, self._rule())

    def staying(self, broker, agent, link, password, people):
        url = f"http://127.0.0.1:{agent.port}"
        width = max(len(name) for name, _ in people)
        self._say(
            f"  The review pages: {self._paint(url + '/', '1')}   every "
            f"password is: {password}",
            *(f"    {name:<{width}}  {roles.replace(',', ', ')}"
              for name, roles in people),
            "  Try first:",
            "    1  as liaison: open the first of the queue, c to confirm, "
            "u to undo, ? for help",
            "    2  Vehicles, AB12*: what callers read of one plate, on which "
            "days",
            "    3  Encampments: a deadline that has passed, and what stands "
            "beside each test",
            "    4  Map, and in an incident of Great Sampford the recordings "
            "that could show it",
            f"    5  on a phone, by an alert's link: {link}",
            "  Still running; Ctrl-C ends it.  Meanwhile, in another terminal:",
            f"    mosquitto_sub -h 127.0.0.1 -p {broker.port} -t 'rural/#' -v",
            f"    {agent.program} incident list -c {agent.config_path}",
            f"    mv some-incidents.ndjson {agent.feed}/", "")


def _ms(seconds):
    return f"{seconds * 1000:.1f} ms" if seconds < 1 else f"{seconds:.2f} s"


def _quote(text):
    return "“" + text + "”"


def _place(body):
    where = body["position"]
    near = where.get("near") or {}
    parts = [where.get("location_text"), where.get("grid_ref")]
    if near.get("name"):
        parts.append(
            f"{near['distance_m'] / 1000:.1f} km {near.get('bearing', '')} of "
            f"{near['name']}" if near.get("distance_m") is not None
            else f"near {near['name']}")
    return ", ".join(p for p in parts if p)


def _vehicles(body):
    plates = body.get("vehicles")
    return "vehicles " + ", ".join(plates) if plates else ""


def _why(body):
    found = [e for rule in body["why"] for e in rule["evidence"]
             if e.get("text") and e["points"] > 0]
    words = list(dict.fromkeys(_quote(e["text"]) for e in found))
    return "because of " + ", ".join(words[:6]) if words else ""
