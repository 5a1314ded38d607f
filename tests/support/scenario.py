"""A configuration with both channels, and incidents that do and do not ring.

The texts are written for these tests: plain cases, so that what is measured is
whether alerts arrive, not how well rules judge.
"""

import datetime
import os

_ALERTS = (
    ("hare-coursing", "SUSPICIOUS CIRCS",
     "Caller watching three males with lurchers hare coursing on his stubble "
     "field now, silver estate car left in the gateway. No permission."),
    ("fly-tipping", "SUSPICIOUS VEHICLE",
     "Tipper seen fly tipping a load of tyres and builders rubble in the field "
     "gateway, waste dumped across the track."),
    ("encampment", "TRESPASS",
     "Unauthorised encampment. Eight caravans have pulled onto the farmer's "
     "field, gate chain cut, no permission from the landowner."),
)
_ORDINARY = (
    ("BURGLARY DWELLING", "Rear window forced overnight, jewellery taken."),
    ("RTC", "Two cars, minor injuries, road partly blocked by the bus stop."),
    ("CONCERN FOR SAFETY", "Not seen her neighbour since Sunday, milk out."),
    ("SHOPLIFTING", "Male left with spirits, staff have him on camera."),
    ("NOISE", "Loud music from the flat above, third night running."),
)
_START = datetime.datetime(2026, 11, 14, 18, 0, tzinfo=datetime.timezone.utc)


def _time(seconds):
    at = _START + datetime.timedelta(seconds=seconds)
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def incident(number, theme=None, prefix="T"):
    """Incident number as a dict; theme: one that must ring, None: none."""
    if theme:
        _, code, text = next(a for a in _ALERTS if a[0] == theme)
        place = {"lat": 51.95, "lon": 0.45}
    else:
        code, text = _ORDINARY[number % len(_ORDINARY)]
        place = {"lat": 51.7343, "lon": 0.4691}
    return {"id": f"{prefix}-{number:05d}", "opened_at": _time(number * 7),
            "grade": 2 if theme else 3, "opening_code": code,
            "location_text": "off the lane by the church", **place,
            "log": [{"at": _time(number * 7), "by": "CALL", "text": text}]}


def incidents(count, ringing, prefix="T"):
    """count incidents, the given number of them ringing, evenly spread."""
    themes = [a[0] for a in _ALERTS]
    every = count // ringing if ringing else 0
    return [incident(i, themes[(i // every) % len(themes)]
                     if every and i % every == 0 and i // every < ringing
                     else None, prefix) for i in range(count)]


def write_rules(folder):
    """A folder of one small rule, for what is not about rules; its path."""
    os.makedirs(f"{folder}/rules", exist_ok=True)
    with open(f"{folder}/rules/small.rules", "w", encoding="utf-8") as f:
        f.write('themes hare-coursing\n\nrule coursing "Hare coursing"\n'
                '    theme hare-coursing\n    give 70 when text has "lurchers"'
                "\n    alert from 60, review from 30\n")
    return f"{folder}/rules"


def both_channels(folder, broker, mail_port, certs, password="secret",
                  retry=None):
    """A configuration: one MQTT and one mail recipient, hearing of all."""
    secret = f"{folder}/mail.password"
    with open(os.open(secret, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600),
              "w", encoding="utf-8") as f:
        f.write(password + "\n")
    retry = retry or {"base": "1s", "max": "5s", "expire": "1h"}
    return {
        "team": "GTRET",
        "marking": "OFFICIAL-SENSITIVE",
        "channels": [
            {"name": "broker", "type": "mqtt", "host": "localhost",
             "port": broker.port, "tls": "none", "client_id": "buzzard-test",
             "status_topic": "rural/v1/agent/status", "retry": retry},
            {"name": "mail", "type": "smtp", "host": "localhost",
             "port": mail_port, "tls": "required", "ca_file": certs.ca,
             "username": "buzzard", "password_file": secret,
             "from": "buzzard@example.org", "timeout": "10s",
             "allow_domains": ["example.org"], "retry": retry},
        ],
        "recipients": [
            {"name": "team-map", "channel": "broker", "audience": "team",
             "topic": "rural/v1/alert/{district}/{theme}"},
            {"name": "team-mail", "channel": "mail", "audience": "team",
             "address": "gtret@example.org"},
        ],
    }
