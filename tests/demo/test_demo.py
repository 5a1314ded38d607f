"""The demo's own judgement: its ledger sees what is missing or double."""

import json
import sys
from collections import namedtuple
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))

import demo  # noqa: E402

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


def test_the_night_is_in_order_and_has_what_is_expected():
    night = demo.read_night()
    ids = {m["id"] for m in night}
    assert len(night) > 20
    assert all(reference in ids for reference, _, _ in demo.read_expected())
    assert len(night) - len({json.dumps(m) for m in night}) == 1
