"""Made-up drives near Chelmsford as GPX, and where the real ones are."""

import os
from datetime import datetime, timedelta, timezone
from math import sin

from .agent import ROOT

SUMMER = datetime(2026, 7, 10, 9, 42, 7, tzinfo=timezone.utc)


def shared_tracks():
    """The folder of real recordings, or None."""
    path = os.path.join(os.environ.get("BUZZARD_SHARED", f"{ROOT}/../shared"),
                        "data/tracks")
    return path if os.path.isdir(path) else None


def drive(count=600, begin=SUMMER, lat=51.7343, lon=0.4691):
    """(time, lat, lon) of a drive at some 20 m/s, one a second."""
    return [(begin + timedelta(seconds=i), lat + i * 18e-5,
             lon + sin(i * 0.02) * 2e-3) for i in range(count)]


def gpx(points, shift=timedelta(0), zone="Z"):
    """The drive as GPX, its times shifted."""
    rows = "".join(
        f'<trkpt lat="{lat:.7f}" lon="{lon:.7f}"><time>'
        f'{(at + shift).strftime("%Y-%m-%dT%H:%M:%S")}{zone}</time></trkpt>\n'
        for at, lat, lon in points)
    return ('<?xml version="1.0"?>\n<gpx version="1.1" creator="test" '
            'xmlns="http://www.topografix.com/GPX/1/1">\n<trk><trkseg>\n'
            f"{rows}</trkseg></trk></gpx>\n")


def nmea(points):
    """The same from a receiver: RMC sentences."""
    def degrees(v, width):
        whole = int(abs(v))
        return f"{whole:0{width}d}{(abs(v) - whole) * 60:08.5f}"

    lines = []
    for at, lat, lon in points:
        body = (f"GPRMC,{at:%H%M%S}.00,A,{degrees(lat, 2)},N,"
                f"{degrees(lon, 3)},E,38.0,0.0,{at:%d%m%y},,")
        check = 0
        for c in body:
            check ^= ord(c)
        lines.append(f"${body}*{check:02X}\r\n")
    return "".join(lines)
