"""Who may include whom, and one door for each library."""

from pathlib import PurePath

from source import Finding

# A layer may include any of a lower tier, and itself; same tier, no.
TIERS = {
    "base": 0, "conf": 1, "incident": 1, "geo": 2, "rules": 3, "tracks": 3,
    "store": 4, "alerts": 5, "feeds": 5, "live": 5, "review": 6, "report": 6, "agent": 7,
}
FOLDERS = {
    "agent/base": "base", "agent/conf": "conf", "agent/incident": "incident",
    "agent/geo": "geo", "rules": "rules", "agent/tracks": "tracks",
    "agent/store": "store", "alerts": "alerts", "agent/feeds": "feeds", "agent/live": "live",
    "agent/review": "review", "agent/report": "report", "agent": "agent",
    "agent/cmd": "agent",
}
# The rule library does no input or output: of geo, only the plain types.
NARROW = {("rules", "geo"): {"agent/geo/place.h"}}

# Library header (or folder of headers) -> the only files that include it.
DOORS = {
    "sqlite3.h": ("agent/base/db.c", "agent/base/db_rank.c"),
    "mosquitto.h": ("agent/base/mqtt.c", "agent/base/mqtt_worker.c",
                    "agent/base/mqtt_receive.c"),
    "mqtt_protocol.h": ("agent/base/mqtt.c", "agent/base/mqtt_worker.c",
                        "agent/base/mqtt_receive.c"),
    "gps.h": ("agent/base/gpsd.c",),
    "curl": ("agent/base/wire.c",),
    "systemd": ("agent/base/loop.c",),
    "openssl": ("agent/base/hash.c",),
    "csv.h": ("agent/base/rows.c",),
    "expat.h": ("agent/base/xml.c",),
    "microhttpd.h": ("agent/base/http.c", "agent/base/http_ask.c",
                     "agent/base/http_client.c", "agent/base/http_guard.c", "agent/base/http_stream.c"),
    "gnutls": ("agent/base/http_client.c",),
    "sodium.h": ("agent/base/password.c",),
    "yaml.h": ("agent/conf/yaml.c",),
    "geos_c.h": ("agent/geo/polygons.c", "agent/geo/layer.c"),
    "proj.h": ("agent/geo/grid.c",),
}


def _layer(path):
    return FOLDERS.get(str(PurePath(path).parent))


def _arrow(source, line, target):
    mine, theirs = _layer(source.path), _layer(target)
    if mine is None:
        return Finding(source.path, line, "this folder is in no layer "
                       "(tests/lint/arrows.py, docs/ARCHITECTURE.md)")
    if theirs is None:
        return Finding(source.path, line, f'"{target}" is in no layer; '
                       "write the path from the project's root")
    if mine != theirs and TIERS[theirs] >= TIERS[mine]:
        return Finding(source.path, line,
                       f"{mine} may not include {theirs} ({target})")
    narrow = NARROW.get((mine, theirs))
    if narrow and target not in narrow:
        return Finding(source.path, line, f"{mine} may include of {theirs} "
                       f"only {', '.join(sorted(narrow))}")
    own_part = PurePath(target).parent == PurePath(source.path).parent
    if target.endswith("_private.h") and not own_part:
        return Finding(source.path, line,
                       f"{target} is private to its folder")
    return None


def _door(source, line, header):
    doors = DOORS.get(header) or DOORS.get(header.split("/")[0])
    if doors and source.path not in doors:
        return Finding(source.path, line,
                       f"<{header}> has one door: {', '.join(doors)}")
    return None


def check(sources):
    found = []
    for source in sources:
        for line, own, library in source.includes:
            finding = _arrow(source, line, own) if own else _door(
                source, line, library)
            if finding:
                found.append(finding)
    return found
