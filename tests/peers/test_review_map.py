"""The map's page and layers."""

import json
import os
import re
import subprocess
import time

import pytest

from support import free_port
from support.agent import ROOT
from support.desk import Visitor, add_account
from support.london import day
from whole import COURSING, TIPPING, alone, incident, make_agent, rows

EVIL = "<script>alert(1)</script>\"'><img src=x onerror=y>"
LSOA = f"{ROOT}/../shared/data/geo/essex-lsoa.geojson"


def now(minutes=0):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ",
                         time.gmtime(time.time() - 60 * minutes))


@pytest.fixture(name="desk", scope="module")
def make_desk(tmp_path_factory):
    folder = tmp_path_factory.mktemp("map")
    config = alone(folder)
    config["review"] = {
        "port": free_port(),
        "tiles": "https://tiles.example.org:8443/{z}/{x}/{y}.png",
        "tiles_credit": "Crown <copyright>"}
    with make_agent(folder, config) as agent:
        agent.port = config["review"]["port"]
        add_account(agent, "liaison", "reviewer")
        add_account(agent, "films", "officer,tracks")
        add_account(agent, "auditor", "auditor")
        agent.drop("some.ndjson", [
            incident("A-1", COURSING, opened_at=now(60), lat=51.9, lon=0.45),
            incident("B-1", TIPPING, opened_at=now(30), lat=51.6, lon=0.9),
            incident("OLD", COURSING, opened_at=now(60 * 24 * 40)),
            incident("NONE", "a cat in a tree", opened_at=now(20)),
            incident(f"E-{EVIL}", TIPPING, opened_at=now(10), lat=51.7,
                     lon=0.5, location_text=EVIL, district=EVIL),
            *(incident(f"M-{i:03}", TIPPING, opened_at=now(120 + i),
                       lat=51.5 + i / 5000, lon=0.3) for i in range(250))])
        agent.wait_taken("some.ndjson")
        with open(f"{folder}/wood.geojson", "w", encoding="utf-8") as f:
            json.dump({"type": "Polygon", "coordinates": [[
                [0.4, 51.8], [0.5, 51.8], [0.5, 51.9], [0.4, 51.8]]]}, f)
        agent.command("area", "add", "wood <b>", f"{folder}/wood.geojson")
        yield agent


@pytest.fixture(name="liaison")
def make_liaison(desk):
    v = Visitor(desk.port)
    assert v.log_in("liaison").status == 200
    return v


def layer(v, name, query=""):
    answer = v.get(f"/v1/map/{name}?{query}")
    assert answer.status == 200, answer.text
    assert answer.fields["Content-Type"] == "application/geo+json"
    return json.loads(answer.text)


def refs(found):
    return [f["properties"]["ref"] for f in found["features"]]


def test_incidents_by_piece_and_time(liaison):
    all_of_them = layer(liaison, "incidents")
    assert all_of_them["count"] == 253
    assert all_of_them["more"]
    assert len(all_of_them["features"]) == 200
    assert refs(all_of_them)[:3] == [f"E-{EVIL}", "B-1", "A-1"]
    assert refs(layer(liaison, "incidents", "bbox=0.4,51.85,0.5,51.95")) == [
        "A-1"]
    assert refs(layer(liaison, "incidents",
                      "bbox=0.8,51.5,1,51.7&theme=fly-tipping")) == ["B-1"]
    assert refs(layer(liaison, "incidents",
                      "bbox=0.8,51.5,1,51.7&theme=fuel")) == []
    old = layer(liaison, "incidents", "bbox=0.44,51.94,0.46,51.96&days=92")
    assert refs(old) == ["OLD"]
    until = f"until={day(-39)}"
    assert refs(layer(liaison, "incidents", until)) == ["OLD"]
    assert "Up to" in liaison.get(f"/map?{until}").text
    assert layer(liaison, "incidents", "progress=yes")["count"] == \
        sum(f["properties"]["in_progress"]
            for f in layer(liaison, "incidents", "progress=yes")["features"])


def test_the_list_is_the_page(liaison):
    page = liaison.get("/map")
    assert page.status == 200
    assert "The latest <strong>200</strong> of 253" in page.text
    seen = page.links(r"/incident/\d+")
    assert len(seen) == 200
    [following] = page.links(r"/map\?after=.*")
    rest = liaison.get(following.replace("&amp;", "&"))
    assert len(set(seen) | set(rest.links(r"/incident/\d+"))) == 253
    assert "<strong>53</strong> incidents." in rest.text
    assert "wood &lt;b&gt;" in page.text
    assert "No tagged incident lies here" in liaison.get(
        "/map?bbox=-5,55,-4,56").text


def test_what_a_feed_writes_is_text(liaison):
    for path in ("/map", "/map?theme=fly-tipping"):
        text = liaison.get(path).text
        assert "<script>alert" not in text
        assert "<img" not in text
    answer = liaison.get("/v1/map/incidents")
    assert answer.fields["X-Content-Type-Options"] == "nosniff"
    for query in ("bbox=%22%3E%3Cscript%3E", "theme=%3Cscript%3E", "days=x",
                  "level=%00", "bbox=1"):
        answer = liaison.get(f"/map?{query}")
        assert answer.status == 400
        assert "<script>" not in answer.text
    for after in ("x", ".", "1.", "9" * 30 + ".1", "1.2.3", "%00.1"):
        assert liaison.get(f"/map?after={after}").status in (200, 400)


def test_who_may(desk, liaison):
    films, auditor = Visitor(desk.port), Visitor(desk.port)
    films.log_in("films")
    auditor.log_in("auditor")
    assert films.get("/v1/map/tracks").status == 200
    assert 'data-layer="tracks"' in films.get("/map").text
    assert liaison.get("/v1/map/tracks").status == 403
    assert 'data-layer="tracks"' not in liaison.get("/map").text
    for path in ("/map", "/v1/map/incidents", "/v1/map/units"):
        assert auditor.get(path).status == 403
        assert Visitor(desk.port).get(path, follow=False).status in (303, 401)


def test_looks_are_recorded(desk, liaison):
    before = rows(desk, "SELECT max(id) FROM audit")[0][0]
    for name in ("incidents", "units", "names", "boundaries", "areas"):
        layer(liaison, name)
    liaison.get("/map")
    assert [r[0] for r in rows(
        desk, "SELECT json_extract(detail, '$.page') FROM audit"
        " WHERE event = 3 AND id > ? ORDER BY id", before)] == [
        "v1/map/incidents", "v1/map/units", "map"]


def test_tiles_of_the_force_and_nobody_else(liaison):
    page = liaison.get("/map")
    assert "img-src 'self' https://tiles.example.org:8443; " in \
        page.fields["Content-Security-Policy"]
    assert page.fields["Content-Security-Policy"].startswith(
        "default-src 'self'; ")
    assert 'data-tiles="https://tiles.example.org:8443/{z}/{x}/{y}.png"' \
        in page.text
    assert "Crown &lt;copyright&gt;" in page.text


def test_without_boundaries_the_towns_are_drawn(liaison):
    found = layer(liaison, "boundaries")
    assert {f["properties"]["kind"] for f in found["features"]} == {"town"}
    names = layer(liaison, "names", "zoom=9")
    assert "Chelmsford" in [f["properties"]["name"] for f in names["features"]]
    more = layer(liaison, "names", "zoom=12&bbox=0.3,51.7,0.6,51.95")
    assert {f["properties"]["kind"] for f in more["features"]} == {
        "town", "village"}


def test_areas_are_drawn(liaison):
    [area] = layer(liaison, "areas")["features"]
    assert area["properties"]["name"] == "wood <b>"
    assert area["geometry"]["type"] == "Polygon"
    assert area["geometry"]["coordinates"][0][1] == [0.5, 51.8]


def test_gis_opens_every_layer(desk, tmp_path):
    """ogrinfo, as QGIS reads it."""
    v = Visitor(desk.port)
    v.log_in("films")
    for name in ("incidents", "boundaries", "names", "areas"):
        path = tmp_path / f"{name}.geojson"
        path.write_text(v.get(f"/v1/map/{name}").text, encoding="utf-8")
        done = subprocess.run(["ogrinfo", "-al", "-so", str(path)],
                              capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
        assert "Feature Count: 0" not in done.stdout
        assert "Feature Count:" in done.stdout


def test_units_and_tracks(desk, tmp_path):
    """A unit with its age, and a recording for its role."""
    gpx = tmp_path / "drive.gpx"
    points = "".join(
        f'<trkpt lat="{51.70 + i / 1000:.4f}" lon="0.7"><time>'
        f"{now(30 - i / 2)}</time></trkpt>" for i in range(40))
    gpx.write_text('<?xml version="1.0"?><gpx version="1.1" creator="x" '
                   'xmlns="http://www.topografix.com/GPX/1/1"><trk><trkseg>'
                   f"{points}</trkseg></trk></gpx>")
    desk.command("track", "import", str(gpx), "--class", "drone")
    v = Visitor(desk.port)
    v.log_in("films")
    [track] = layer(v, "tracks")["features"]
    assert track["properties"]["class"] == "drone"
    assert track["geometry"]["type"] == "MultiLineString"
    assert track["geometry"]["coordinates"][0][0] == [0.7, 51.7]
    assert layer(v, "tracks", "bbox=0,51,0.1,51.1")["features"] == []
    assert ">Track 1<" in v.get("/map").text


# ---- the incident's page ----

def page_of(desk, v, ref):
    [(number,)] = rows(desk, "SELECT id FROM incident WHERE ref = ?", ref)
    page = v.get(f"/incident/{number}")
    assert page.status == 200
    return page.text


def test_the_place_and_what_is_near_it(desk, liaison):
    text = page_of(desk, liaison, "M-010")
    assert 'aria-label="Map of the place' in text
    assert "Tagged within 5 km and two days" in text
    near = text.split('<ol class="near">')[1].split("</ol>")[0]
    assert near.count("<li>") == 9
    assert ">M-011</a>" in near or ">M-009</a>" in near
    assert ">M-010</a>" not in near
    assert ">A-1</a>" not in near


@pytest.fixture(name="game", scope="module")
def make_game(desk):
    """Coursing by day, by night, and when the log leaves it open."""
    def at(name, when, text, **more):
        return incident(name, text, opened_at=when, log=[
            {"at": when, "by": "CALL", "text": text}], **more)

    desk.drop("game.ndjson", [
        at("DAY", "2026-01-15T12:00:00Z",
           "coursing with lurchers, 6 males, no permission <b>"),
        at("NIGHT", "2026-01-15T22:00:00Z",
           "coursing with lurchers, 2 males, one has a shotgun"),
        at("OPEN", "2026-01-15T17:20:00Z", "coursing with lurchers"),
        at("NOWHERE", "2026-01-15T12:00:00Z", "coursing with lurchers",
           lat=None, lon=None),
        at("TIP", "2026-01-15T12:00:00Z", TIPPING),
        at("SUMMER", "2026-06-20T23:30:00Z", "coursing with lurchers")])
    desk.wait_taken("game.ndjson")
    return desk


def sun_of(desk, v, ref):
    return page_of(desk, v, ref).split('class="sun"')[1].split(
        "</section>")[0]


def test_day_and_night_for_the_law_on_game(game, liaison):
    day = sun_of(game, liaison, "DAY")
    assert "daytime for the Game Act" in day
    assert "Game Act 1831 s30" in day and "Game Act 1831 s32" in day
    assert "Night Poaching Act 1828 s" not in day
    assert "“6 males” in log entry 1" in day
    assert "In the log: trespass" in day
    assert "<strong>Not in the log</strong>: violence" in day
    assert "a person decides" in day
    night = sun_of(game, liaison, "NIGHT")
    assert "night for the Night Poaching Act" in night
    assert "Game Act 1831 s" not in night
    assert "<strong>Not in the log</strong>: how many there were: " \
        "“2 males” in log entry 1 (3 are needed)" in night
    assert "In the log: a gun or other weapon: “shotgun”" in night
    both = sun_of(game, liaison, "OPEN")
    assert "the log leaves both open" in both
    assert "Game Act 1831 s30" in both and "Night Poaching Act 1828 s1" in both


def test_times_of_the_sun_are_londons(game, liaison):
    winter = sun_of(game, liaison, "DAY")
    assert re.search("15&nbsp;Jan&nbsp;2026 07:5[789]", winter)
    assert "15&nbsp;Jan&nbsp;2026 16:1" in winter
    # Half an hour after midnight by summer time: the 21st.
    summer = sun_of(game, liaison, "SUMMER")
    assert "21&nbsp;Jun&nbsp;2026 04:3" in summer
    assert "night for the Night Poaching Act" in summer


def test_where_the_sun_has_no_offence_or_no_place(game, liaison):
    tip = sun_of(game, liaison, "TIP")
    assert "Sunrise" in tip and "Game Act 1831 s30" not in tip
    nowhere = page_of(game, liaison, "NOWHERE")
    assert "For Chelmsford, since the place is not known" in nowhere
    assert "Map of the place" not in nowhere


@pytest.mark.skipif(not os.path.exists(LSOA),
                    reason="the county's boundaries are not beside the tree")
def test_imported_boundaries(tmp_path):
    config = alone(tmp_path)
    config["review"] = {"port": free_port()}
    with make_agent(tmp_path, config) as agent:
        add_account(agent, "liaison", "officer")
        agent.command("import", "boundaries", LSOA, "--name", "2021")
        agent.hup()
        agent.wait_log("reloaded")
        v = Visitor(config["review"]["port"])
        v.log_in("liaison")
        found = layer(v, "boundaries", "zoom=9")
        assert {f["properties"]["kind"] for f in found["features"]} == {
            "district", "rural-urban"}
        near = layer(v, "boundaries", "zoom=14&bbox=0.45,51.7,0.48,51.75")
        areas = [f for f in near["features"]
                 if f["properties"]["kind"] == "area"]
        assert areas and areas[0]["properties"]["code"].startswith("E01")
        path = tmp_path / "near.geojson"
        path.write_text(json.dumps(near), encoding="utf-8")
        done = subprocess.run(["ogrinfo", "-al", "-so", str(path)],
                              capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
