"""The demo's own judgement: its ledger sees what is missing or double."""

import datetime
import json
import subprocess
import sys
from collections import namedtuple
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))

import demo  # noqa: E402
import lastnight  # noqa: E402
import pages  # noqa: E402
import past  # noqa: E402
import weeks  # noqa: E402
from lastnight import UTC  # noqa: E402
from support.agent import program  # noqa: E402
from support.london import LONDON  # noqa: E402

ONE = ("R-1", "hare-coursing", "first")
Mqtt = namedtuple("Mqtt", "topic payload at")
Mail = namedtuple("Mail", "mail at")


def mqtt(alert_id, alert=ONE):
    reference, theme, reason = alert
    return Mqtt("rural/v1/alert/braintree/x", json.dumps(
        {"alert_id": alert_id, "reference": reference, "theme": theme,
         "reason": reason}).encode(), 10.0)


def mail(alert_id):
    return Mail({"X-Buzzard-Alert": alert_id}, 10.0)


CASES = [
    ("all once", [mqtt("a"), mail("a")], []),
    ("the mail first", [mail("a"), mqtt("a")], []),
    ("none", [], ["did not arrive"]),
    ("no mail", [mqtt("a")], ["0 times by mail"]),
    ("mail twice", [mqtt("a"), mail("a"), mail("a")], ["2 times by mail"]),
    ("MQTT twice", [mqtt("a"), mqtt("a"), mail("a")], ["2 times by mqtt"]),
    ("mail alone", [mail("a")], ["did not arrive", "without its MQTT"]),
    ("another alert", [mqtt("a"), mail("a"), mqtt("b", ("R-2", "x", "first")),
                       mail("b")], ["was not expected: R-2"]),
    ("one alert under two ids",
     [mqtt("a"), mail("a"), mqtt("b"), mail("b")],
     ["was not expected", "was not expected"]),
]


@pytest.mark.parametrize("name,arrivals,expected", CASES,
                         ids=[c[0] for c in CASES])
def test_faults(name, arrivals, expected):
    ledger = demo.Ledger(lambda alert_id: None)
    ledger.play("R-1")
    for arrival in arrivals:
        (ledger.mqtt if isinstance(arrival, Mqtt) else ledger.mail)(arrival)
    found = ledger.faults([ONE])
    assert len(found) == len(expected), found
    for text, part in zip(found, expected):
        assert part in text


# A day of each season, and those on which London's clocks change.
NOWS = [datetime.datetime(*day, 9, tzinfo=UTC) for day in (
    (2026, 1, 10), (2026, 3, 29), (2026, 3, 30), (2026, 6, 21), (2026, 8, 1),
    (2026, 10, 25), (2026, 10, 26), (2027, 2, 28), (2028, 2, 29))]


@pytest.fixture(name="days", params=NOWS, ids=str)
def make_days(request):
    return lastnight.Days(request.param)


def tags(messages, tmp_path):
    """(reference's digits, themes with level) as the rules tag them."""
    path = tmp_path / "some.ndjson"
    path.write_text("".join(json.dumps(m) + "\n" for m in messages))
    said = subprocess.run([program(), "tag", path], capture_output=True,
                          text=True, check=True).stdout.splitlines()
    return [(one["id"][-4:], [(t["theme"], t["level"]) for t in one["tags"]])
            for one in map(json.loads, said)]


def test_the_night_is_in_order_and_has_what_is_expected(days):
    night = days.night()
    ids = {m["id"] for m in night}
    assert len(night) > 20
    assert all(reference in ids for reference, _, _ in days.expected())
    assert len(night) - len({json.dumps(m) for m in night}) == 1
    assert "20251115" not in json.dumps(night)


def test_the_night_has_passed_and_the_sun_sets_as_it_did(days):
    last = days.night()[-1]["updated_at"]
    assert days.local("20:40") < f"{days.now.astimezone(LONDON):%Y-%m-%dT%H:%M}"
    assert days.day in {(days.now - datetime.timedelta(back)).date()
                        for back in (1, 2)}
    after = datetime.datetime.strptime(last, "%Y-%m-%dT%H:%M:%SZ").replace(
        tzinfo=UTC) - lastnight.sunset(days.day)
    as_written = datetime.datetime(2025, 11, 15, 18, 19, 20, tzinfo=UTC) \
        - lastnight.sunset(lastnight.WRITTEN)
    assert abs(after - as_written) < datetime.timedelta(minutes=1)


def test_another_day_changes_no_tag(days, tmp_path):
    """What rings in November rings in June."""
    as_written = lastnight.Days(datetime.datetime(2025, 11, 16, 9, tzinfo=UTC))
    assert as_written.shift == datetime.timedelta(0)
    assert tags(days.night(), tmp_path) == tags(as_written.night(), tmp_path)


@pytest.mark.parametrize("day,hour,minute", [
    ((2026, 11, 26), 15, 55), ((2026, 6, 21), 20, 21), ((2026, 1, 1), 15, 59)])
def test_sunset(day, hour, minute):
    """By the almanac, for 51.99 N 0.38 E."""
    off = lastnight.sunset(datetime.date(*day)) - datetime.datetime(
        *day, hour, minute, tzinfo=UTC)
    assert abs(off) < datetime.timedelta(minutes=6)


def test_the_weeks_are_in_order_and_of_incidents_that_there_are(days):
    sent = past.read_earlier(days)
    assert [at for at, _ in sent] == sorted(at for at, _ in sent)
    opened = {}
    for at, message in sent:
        opened.setdefault(message["id"], at)
    assert max(opened.values()) < days.moment(0, "00:00")
    for rows in (weeks.DECISIONS, weeks.CONTACTS, weeks.TIPPINGS):
        for day, clock, of, no, *_ in rows:
            assert opened[days.reference(no, of)] < days.moment(day, clock)
    for _, members in weeks.SERIES:
        for of, no, *_ in members:
            assert days.reference(no, of) in opened


def test_a_page_that_says_nothing_is_a_fault():
    said = {"/a": "<p>much", "/b/7": ""}

    class Nobody:
        def __init__(self, _port):
            pass

        def log_in(self, _name):
            pass

        def get(self, path):
            return namedtuple("Answer", "text")(said[path])

    found = pages.faults(0, {"0990": 7}, [
        ("x", "/a", "much"), ("x", "/b/{0990}", "much")], Nobody, 0.1)
    assert found == ["/b/7 does not say 'much' to x"]
