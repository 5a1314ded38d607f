"""The days of the demo: its night is last night, whenever it is played.

The night was written for 15 November 2025.  It is moved as a whole, by so much
that the sun sets when it did: who has a lamp out at dusk has it out at dusk in
June, too.  References carry the day and move with it.
"""

import datetime
import json
import math
import re
from pathlib import Path

from support.london import LONDON

HERE = Path(__file__).resolve().parent
UTC = datetime.timezone.utc
WRITTEN = datetime.date(2025, 11, 15)
ENDS = datetime.datetime(2025, 11, 15, 20, 45, tzinfo=UTC)
LAT_DEG, LON_DEG = 51.99, 0.38

STAMP = re.compile(r"\b20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ")
REFERENCE = re.compile(r"\bEP-20251115-(\d{4})\b")


def sunset(day):
    """When the sun sets over north-west Essex, to a minute or two (UTC)."""
    noon = datetime.datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    days = (noon - datetime.datetime(2000, 1, 1, 12, tzinfo=UTC)).days
    turn = math.radians(357.5291 + 0.98560028 * days)
    centre = (1.9148 * math.sin(turn) + 0.02 * math.sin(2 * turn)
              + 0.0003 * math.sin(3 * turn))
    ecliptic = turn + math.radians(centre + 180 + 102.9372)
    transit = (0.0053 * math.sin(turn) - 0.0069 * math.sin(2 * ecliptic)
               - LON_DEG / 360)
    tilt = math.asin(math.sin(ecliptic) * math.sin(math.radians(23.44)))
    lat = math.radians(LAT_DEG)
    hours = math.acos((math.sin(math.radians(-0.833))
                       - math.sin(lat) * math.sin(tilt))
                      / (math.cos(lat) * math.cos(tilt)))
    return noon + datetime.timedelta(days=transit + hours / math.tau)


class Days:
    """The night's day, and all that is said relative to it."""

    def __init__(self, now=None):
        self.now = now or datetime.datetime.now(UTC)
        self.day = self.now.astimezone(LONDON).date()
        while True:
            self.day -= datetime.timedelta(1)
            turn = sunset(self.day) - sunset(WRITTEN)
            self.shift = datetime.timedelta(minutes=round(
                turn.total_seconds() / 60))
            if ENDS + self.shift + datetime.timedelta(hours=1) <= self.now:
                break

    def reference(self, number, ahead=0):
        """What the control room calls incident number of the night's day, or
        of one so many days after it."""
        day = self.day + datetime.timedelta(ahead)
        return f"EP-{day:%Y%m%d}-{number}"

    def moved(self, text):
        """A text as it was written, its times and references moved."""
        def later(found):
            at = datetime.datetime.strptime(found[0], "%Y-%m-%dT%H:%M:%SZ")
            return f"{at + self.shift:%Y-%m-%dT%H:%M:%SZ}"
        return REFERENCE.sub(lambda found: self.reference(found[1]),
                             STAMP.sub(later, text))

    def local(self, clock):
        """A time of the night as it was written, such as "18:35" (GMT), as a
        form has it: of last night, in London."""
        hour, minute = map(int, clock.split(":"))
        at = datetime.datetime(WRITTEN.year, WRITTEN.month, WRITTEN.day, hour,
                               minute, tzinfo=UTC) + self.shift
        return f"{at.astimezone(LONDON):%Y-%m-%dT%H:%M}"

    def moment(self, ahead, clock):
        """A time in London so many days after the night's day."""
        day = self.day + datetime.timedelta(ahead)
        hour, minute = map(int, clock.split(":"))
        wall = datetime.datetime(day.year, day.month, day.day, hour, minute)
        return wall.replace(tzinfo=UTC) - LONDON.utcoffset(wall)

    def night(self, path=HERE / "november-night.ndjson"):
        """The messages, in the order in which they happened."""
        with open(path, encoding="utf-8") as f:
            night = [json.loads(self.moved(line)) for line in f]
        return sorted(night, key=lambda m: m["updated_at"])

    def expected(self, path=HERE / "expected.json"):
        """(reference, theme, reason) of every alert of the night."""
        with open(path, encoding="utf-8") as f:
            return [(e["reference"], e["theme"], e["reason"])
                    for e in json.loads(self.moved(f.read()))]


def stamp(at):
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def clock(text):
    """The time of day in London of a time such as 2025-11-15T16:09:31Z."""
    at = datetime.datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ")
    return f"{at.replace(tzinfo=UTC).astimezone(LONDON):%H:%M}"
