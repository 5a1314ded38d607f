"""Where units are and were: positions as the night goes on, the recordings of
a dashcam and a drone, and an area that somebody drew."""

import datetime
import json
import math
import os
import threading
import time

import paho.mqtt.client as paho

from lastnight import UTC, WRITTEN
from support.tracks import gpx

TOPIC = "owntracks/rural/"
AREA = "Radwinter fields"
RING = [(0.320, 52.005), (0.352, 52.005), (0.352, 52.026), (0.320, 52.026)]

# The crew of EU31 that night: (time as it was written, place).
DASHCAM = [("16:22", 52.0222, 0.2416), ("16:31", 52.0168, 0.3340),
           ("16:46", 52.0160, 0.3390), ("17:10", 52.0236, 0.3868),
           ("17:22", 52.0236, 0.3868), ("17:36", 51.9981, 0.3832),
           ("17:52", 51.9981, 0.3832), ("18:12", 51.9803, 0.4100),
           ("18:20", 51.9803, 0.4100)]
# A drone round the fields at Great Sampford: from, to, centre, metres.
DRONE = ("17:28", "17:50", 51.9984, 0.3851, 140)

# Where units stand in the end, and how far their rounds take them.
UNITS = {"EU31": (51.9660, 0.3500, 0.02), "RC21": (52.0150, 0.3350, 0.004),
         "RC24": (51.9480, 0.4950, 0.012)}


def _moment(days, clock):
    hour, minute = map(int, clock.split(":"))
    return datetime.datetime(WRITTEN.year, WRITTEN.month, WRITTEN.day, hour,
                             minute, tzinfo=UTC) + days.shift


def _driven(days):
    """(time, lat, lon) every two seconds, in straight lines."""
    for (begun, lat, lon), (ended, lat2, lon2) in zip(DASHCAM, DASHCAM[1:]):
        at, end = _moment(days, begun), _moment(days, ended)
        count = int((end - at).total_seconds() / 2)
        for i in range(count):
            part = i / count
            yield (at + datetime.timedelta(seconds=2 * i),
                   lat + (lat2 - lat) * part, lon + (lon2 - lon) * part)


def _flown(days):
    begun, ended, lat, lon, metres = DRONE
    at, end = _moment(days, begun), _moment(days, ended)
    for i in range(int((end - at).total_seconds())):
        yield (at + datetime.timedelta(seconds=i),
               lat + math.sin(i / 40) * metres / 111200,
               lon + math.cos(i / 40) * metres / 68500)


def _put(folder, name, text):
    with open(f"{folder}/.{name}", "w", encoding="utf-8") as f:
        f.write(text)
    os.rename(f"{folder}/.{name}", f"{folder}/{name}")


def feeds(folder):
    """The feeds that recordings come by, and their folders."""
    found = []
    for name, kind, unit in (("dashcams", "dashcam", "EU31"),
                             ("drones", "drone", "Drone 2")):
        path = f"{folder}/{name}"
        os.makedirs(path, exist_ok=True)
        found.append({"name": name, "type": "tracks", "path": path,
                      "class": kind, "unit": unit, "sweep": "1s"})
    return found


def record(folder, days):
    """Hand in both recordings."""
    _put(f"{folder}/dashcams", "EU31-front.gpx", gpx(_driven(days)))
    _put(f"{folder}/drones", "flight.gpx", gpx(_flown(days)))


def draw(agent):
    """Somebody drew an area of which the team is told."""
    path = f"{agent.folder}/area.geojson"
    with open(path, "w", encoding="utf-8") as f:
        json.dump({"type": "Polygon", "coordinates": [[*RING, RING[0]]]}, f)
    agent.command("area", "add", AREA, path)


class Patrol:
    """Units that say where they are: once when begun, then as they go."""

    def __init__(self, broker):
        self.client = paho.Client("demo-units")
        self.client.connect("127.0.0.1", broker.port)
        self.client.loop_start()
        self.over = threading.Event()

    def _say(self, unit, at, lat, lon):
        self.client.publish(TOPIC + unit, json.dumps({
            "_type": "location", "lat": round(lat, 6), "lon": round(lon, 6),
            "acc": 8, "tst": int(at)}), qos=1).wait_for_publish(10)

    def _round(self, at):
        for unit, (lat, lon, size) in UNITS.items():
            turn = at / 300 + len(unit) + ord(unit[-1])
            self._say(unit, at, lat + math.sin(turn) * size,
                      lon + math.cos(turn) * size)

    def begin(self):
        """RC21 comes into the area; all say where they are."""
        now = time.time()
        for i in range(30):
            self._say("RC21", now - 60 + 2 * i, 52.0150,
                      0.3150 + i * 0.0007)
        self._round(now)

    def go_on(self):
        """Every half minute, until the demo ends."""
        def rounds():
            while not self.over.wait(30):
                self._round(time.time())
        threading.Thread(target=rounds, daemon=True).start()

    def end(self):
        self.over.set()
        self.client.loop_stop()
        self.client.disconnect()
