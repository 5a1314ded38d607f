"""The weeks before the night: the agent lives through them by a clock that we
set, so that all it keeps of them, the audit log too, carries their times.

The clock is libfaketime's; it stands still between two things that happen.  The
agent has nobody to tell by TLS meanwhile, since certificates have a time of
their own.
"""

import datetime
import glob
import json
import os
import sqlite3
from pathlib import Path

from lastnight import UTC, stamp
from support import wait_for

HERE = Path(__file__).resolve().parent
LIBRARY = "/usr/lib/*/faketime/libfaketimeMT.so.1"


def minutes(count):
    return datetime.timedelta(minutes=count)


class Clock:
    """The time that the agent reads."""

    def __init__(self, folder, start):
        self.path = f"{folder}/clock"
        self.at = None
        self.move(start)

    def move(self, at):
        """Onwards, never back."""
        if self.at and at <= self.at:
            return
        self.at = at
        with open(f"{self.path}.new", "w", encoding="ascii") as f:
            f.write(f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S}\n")
        os.rename(f"{self.path}.new", self.path)

    def environment(self):
        """What makes a program read it."""
        found = glob.glob(LIBRARY)
        if not found:
            raise RuntimeError("libfaketime is missing (./dev setup)")
        return {"LD_PRELOAD": found[0], "TZ": "UTC", "NO_FAKE_STAT": "1",
                "FAKETIME_TIMESTAMP_FILE": self.path,
                "FAKETIME_NO_CACHE": "1",
                "FAKETIME_DONT_FAKE_MONOTONIC": "1"}


def read_earlier(days, path=HERE / "earlier-days.ndjson"):
    """(moment, message) of all that the control room sent, in order.

    A line of the file is an incident: day and time of day in London, relative
    to the night's; log entries, units (call sign, allocated, arrived) and the
    closing so many minutes later.
    """
    sent = []
    with open(path, encoding="utf-8") as f:
        for line in f:
            sent += _messages(days, json.loads(line))
    return sorted(sent, key=lambda s: s[0])


def _messages(days, told):
    opened = days.moment(told["day"], told["at"])
    reference = days.reference(told["no"], told["day"])

    def entries(log):
        return [{"at": stamp(opened + minutes(after)), "by": by, "text": text}
                for after, by, text in log]
    first = {"id": reference, "opened_at": stamp(opened),
             "updated_at": stamp(opened), "grade": told["grade"],
             "opening_code": told["code"], "location_text": told["place"],
             "district": told["district"], "lat": told["lat"],
             "lon": told["lon"], "log": entries(told["log"][:1])}
    if "phone" in told:
        first["informant"] = {"phone": told["phone"], "contact_ok": True}
    last = {"id": reference, "partial": True}
    after = max([told.get("closed", 0), *(m for m, _, _ in told["log"])])
    if told["log"][1:]:
        last["log"] = entries(told["log"][1:])
    if "units" in told:
        last["resources"] = [
            {"callsign": sign, "allocated_at": stamp(opened + minutes(begun)),
             "arrived_at": stamp(opened + minutes(there))}
            for sign, begun, there in told["units"]]
    if "closed" in told:
        last["closed_at"] = stamp(opened + minutes(told["closed"]))
    if len(last) == 2:
        return [(opened, first)]
    ended = opened + minutes(after)
    return [(opened, first), (ended, {**last, "updated_at": stamp(ended)})]


def _waiting(agent):
    """How many deliveries are neither done nor given up."""
    with sqlite3.connect(f"file:{agent.state}/buzzard.db?mode=ro",
                         uri=True) as db:
        return db.execute("SELECT count(*) FROM outbox WHERE state < 2"
                          ).fetchone()[0]


def live_through(agent, clock, sent, acts):
    """Let all of it happen: what was sent, and acts, (moment, what to do)."""
    happens = [(at, "sent", message) for at, message in sent]
    happens += [(at, "act", act) for at, act in acts]
    for number, (at, kind, what) in enumerate(
            sorted(happens, key=lambda h: (h[0], h[1]))):
        clock.move(at)
        if kind == "sent":
            name = f"{number:04}-{what['id']}.ndjson"
            agent.drop(name, [what])
            agent.wait_taken(name)
        else:
            what()
        wait_for(lambda: _waiting(agent) == 0, 20, "the alerts of that day")
