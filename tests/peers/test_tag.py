"""buzzard tag: every member of its answer, and what becomes of bad input."""

import json
import os
import random
import subprocess

import pytest

from support import program
from whole import COURSING, PACKS, SMALL_PACK, incident, small_pack

FLAG_PACK = SMALL_PACK + """
rule now "Going on"
    flag in-progress
    give 60 when text has "now"
    review from 60

rule chosen "Chosen for it"
    flag targeted
    give 60 when text has "our farm again"
    review from 60

rule a_crime "A crime"
    flag crime
    give 60 when text has "stolen"
    review from 60
"""
RURAL, URBAN = (51.95, 0.45), (51.7343, 0.4691)


def run(*args, data=b"", check=None, cwd=None):
    done = subprocess.run([program(), "tag", *map(str, args)], input=data,
                          capture_output=True, timeout=60, cwd=cwd)
    if check is not None:
        assert done.returncode == check, done.stderr.decode()
    return done


def lines(messages):
    return "".join(json.dumps(m, ensure_ascii=False) + "\n"
                   for m in messages).encode()


def answers(done):
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture(name="rules")
def make_rules(tmp_path):
    return small_pack(tmp_path / "rules", FLAG_PACK)


def tag(rules, *messages):
    """The answers for messages, none of which is refused."""
    return answers(run("--rules", rules, data=lines(messages), check=0))


# The shape

TEXTS = {"log", "location_text", "opening_code", "closing_code", "district"}


def check_evidence(ev, record):
    allowed = {"field", "entry", "start", "end", "text", "why", "points"}
    assert set(ev) <= allowed
    assert isinstance(ev["field"], str) and ev["field"]
    assert isinstance(ev["why"], str) and ev["why"]
    assert isinstance(ev["points"], int)
    assert ("start" in ev) == ("end" in ev) == (ev["field"] in TEXTS)
    if ev["field"] == "log":
        text = record["log"][ev["entry"]]["text"]
    elif ev["field"] in TEXTS:
        text = record[ev["field"]]
    else:
        return
    piece = text.encode()[ev["start"]:ev["end"]]
    assert piece.decode() == ev["text"]


def check_answer(answer, record):
    """Every member is there, of its kind, and nothing else."""
    assert set(answer) == {"id", "rural", "tags", "in_progress", "vehicles",
                           "rule_set"}
    assert answer["id"] == record["id"]
    rural = answer["rural"]
    assert set(rural) == {"crime", "place", "basis", "area", "district"}
    assert isinstance(rural["crime"], bool)
    assert rural["place"] in ("rural", "urban", "edge", "unknown")
    assert rural["basis"] in ("location", "targeted", "none")
    assert rural["crime"] == (rural["basis"] != "none")
    for name in ("area", "district"):
        assert rural[name] is None or isinstance(rural[name], str)
    assert isinstance(answer["in_progress"], bool)
    assert all(isinstance(v, str) for v in answer["vehicles"])
    assert answer["rule_set"].startswith("sha256:")
    assert len(answer["rule_set"]) == len("sha256:") + 64
    themes = [t["theme"] for t in answer["tags"]]
    assert themes == sorted(set(themes))
    for one in answer["tags"]:
        assert set(one) == {"theme", "level", "score", "rules"}
        assert one["level"] in ("alert", "review")
        assert isinstance(one["score"], int) and 0 <= one["score"] <= 100
        assert one["rules"]
        for rule in one["rules"]:
            assert set(rule) == {"rule", "points", "evidence"}
            assert isinstance(rule["points"], int) and rule["evidence"]
            for ev in rule["evidence"]:
                check_evidence(ev, record)


def test_every_member(rules):
    records = [
        incident("A"), incident("B", "nothing here"),
        incident("C", "sighted by the Café – coursing with lurchers, déjà",
                 location_text="coursing ground", district="Braintree"),
        incident("D", "rubble", opening_code="RUBBLE", grade=1),
        {"id": "E", "partial": True, "log": [{"text": "coursing"}]},
    ]
    for record, answer in zip(records, tag(rules, *records), strict=True):
        check_answer(answer, record)


def test_every_member_with_the_packs_of_the_program():
    texts = [
        "Hare coursing in progress now, 3 males with lurchers, silver Subaru "
        "AB12 CDE on the field — déjà vu",
        "Tipper fly tipping rubble and tyres in the field gateway",
        "Eight caravans on the farmer's field, trespass, gate chain cut",
        "Loud music from the flat above",
    ]
    records = [incident(f"P-{i}", text) for i, text in enumerate(texts)]
    found = answers(run(data=lines(records), check=0))
    for record, answer in zip(records, found, strict=True):
        check_answer(answer, record)
    assert [t["theme"] for t in found[0]["tags"]] == ["hare-coursing"]
    assert [t["theme"] for t in found[1]["tags"]] == ["fly-tipping"]
    assert [t["theme"] for t in found[2]["tags"]] == ["encampment"]
    assert found[3]["tags"] == []
    assert found[0]["in_progress"] and found[0]["vehicles"] == ["AB12CDE"]
    assert found[0]["tags"][0]["level"] == "alert"
    assert found[0] == answers(run("--rules", PACKS, data=lines(records),
                                   check=0))[0]


def test_offsets_are_bytes_of_the_original(rules):
    text = "–– Café: CoUrSing again"
    [answer] = tag(rules, incident("A", text))
    [ev] = answer["tags"][0]["rules"][0]["evidence"]
    assert (ev["entry"], ev["text"]) == (0, "CoUrSing")
    assert ev["start"] == len("–– Café: ".encode())


# Where, and whether it is rural crime


@pytest.mark.parametrize("place,crime,basis", [
    (RURAL, True, "location"), (URBAN, False, "none")])
def test_a_crime_and_its_place(rules, place, crime, basis):
    lat, lon = place
    [answer] = tag(rules, incident("A", "quad stolen", lat=lat, lon=lon))
    assert answer["rural"]["place"] == \
        {RURAL: "rural", URBAN: "urban"}[place]
    assert (answer["rural"]["crime"], answer["rural"]["basis"]) == \
        (crime, basis)


def test_targeted_in_town(rules):
    lat, lon = URBAN
    [answer] = tag(rules, incident("A", "stolen from our farm again",
                                   lat=lat, lon=lon))
    assert answer["rural"] == {"crime": True, "place": "urban",
                               "basis": "targeted", "area": None,
                               "district": None}


def test_no_place(rules):
    [answer] = tag(rules, incident("A", lat=None, lon=None))
    assert answer["rural"]["place"] == "unknown"


def test_national_grid(rules):
    record = incident("A", easting=563000, northing=231000)
    del record["lat"], record["lon"]
    assert tag(rules, record)[0]["rural"]["place"] == "rural"


def square(code, name, district, rural, west):
    ring = [[west, 51.9], [west + 0.1, 51.9], [west + 0.1, 52.0],
            [west, 52.0], [west, 51.9]]
    return {"type": "Feature",
            "properties": {"lsoa_code": code, "lsoa_name": name,
                           "lad_name": district, "is_rural": rural},
            "geometry": {"type": "Polygon", "coordinates": [ring]}}


LAYER_PACK = SMALL_PACK + """
rule on_a_site "On a protected site"
    theme hare-coursing
    give 60 when inside "sssi" because "on a protected site"
    give 20 when distance to "wells" at most 300
    alert from 60, review from 20
"""


def layer(path, *geometries):
    path.write_text(json.dumps({
        "type": "FeatureCollection", "features": [
            {"type": "Feature", "properties": {}, "geometry": g}
            for g in geometries]}))
    return path


def box(lon, lat, side):
    return {"type": "Polygon", "coordinates": [[
        [lon, lat], [lon + side, lat], [lon + side, lat + side],
        [lon, lat + side], [lon, lat]]]}


def test_layers(tmp_path):
    rules = small_pack(tmp_path / "rules", LAYER_PACK)
    sssi = layer(tmp_path / "sssi.geojson", box(0.4, 51.9, 0.1))
    wells = layer(tmp_path / "wells.geojson",
                  {"type": "Point", "coordinates": [0.7, 51.95]})
    messages = lines([
        incident("inside", "nothing said"),
        incident("near", "nothing said", lat=51.95, lon=0.7002),
        incident("far", "nothing said", lat=51.95, lon=0.75)])
    found = {a["id"]: a["tags"] for a in answers(run(
        "--rules", rules, "--layer", f"sssi={sssi}",
        "--layer", f"wells={wells}", data=messages, check=0))}
    assert [t["level"] for t in found["inside"]] == ["alert"]
    evidence = found["inside"][0]["rules"][0]["evidence"]
    assert [(e["field"], e["text"], e["why"]) for e in evidence] == \
        [("layer", "inside sssi", "on a protected site")]
    assert found["near"][0]["rules"][0]["evidence"][0]["text"] == \
        "14 m from wells"
    assert found["far"] == []
    # Without the layers nothing is known, and nothing said.
    assert all(a["tags"] == [] for a in answers(
        run("--rules", rules, data=messages, check=0)))


@pytest.mark.parametrize("value,status", [
    ("sssi", 2), ("sssi=", 2), ("sssi=/nowhere/at/all", 4),
    ("SSSI={broken}", 1), ("sssi={broken}", 1)])
def test_layers_that_are_none(rules, tmp_path, value, status):
    broken = tmp_path / "broken.geojson"
    broken.write_text('{"type": "FeatureCollection", "features": []}')
    done = run("--rules", rules, "--layer",
               value.format(broken=broken))
    assert done.returncode == status
    assert done.stderr and not done.stdout


def test_boundaries(rules, tmp_path):
    path = tmp_path / "areas.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [
        square("E01000001", "West 1", "Westing", True, 0.4),
        square("E01000002", "East 1", "Easting", False, 0.5)]}))
    records = [incident("west", lon=0.45), incident("east", lon=0.55),
               incident("edge", lon=0.5005)]
    found = answers(run("--rules", rules, "--boundaries", path,
                        data=lines(records), check=0))
    assert [(a["rural"]["place"], a["rural"]["area"], a["rural"]["district"])
            for a in found] == [
        ("rural", "E01000001", "Westing"), ("urban", "E01000002", "Easting"),
        ("edge", "E01000002", "Easting")]


def names(path, *rows):
    """A file of OS Open Names: name, kind, easting, northing."""
    with open(path, "w", encoding="utf-8") as f:
        for name, kind, east, north in rows:
            row = [""] * 34
            row[0], row[2], row[7] = "osgb1", name, kind
            row[8], row[9] = str(east), str(north)
            f.write(",".join(row) + "\n")
    return path


def test_place_from_the_text(rules):
    """Coordinates win; else what the text says; else it is unknown."""
    none = {"lat": None, "lon": None}
    found = tag(
        rules,
        incident("given", "at TL 7059 0683", lat=51.95, lon=0.45),
        incident("grid", "it is at TL 7059 0683", **none),
        incident("degrees", "pin 51.7343, 0.4691", **none),
        incident("village", location_text="The Street, Radwinter", **none),
        incident("town", location_text="Moulsham St, Chelmsford", **none),
        incident("near", location_text="field nr Halstead", **none),
        incident("words", location_text="///lamp.stubble.gate", **none),
        incident("nothing", location_text="the usual field", **none))
    assert [a["rural"]["place"] for a in found] == [
        "rural", "urban", "urban", "rural", "urban", "edge", "unknown",
        "unknown"]


def test_gazetteer(rules, tmp_path):
    folder = tmp_path / "names"
    folder.mkdir()
    names(folder / "a.csv", ("Invented Green", "Village", 560300, 237900))
    names(folder / "b.csv", ("CM99 1AA", "Postcode", 570600, 206800))
    records = [incident(ref, location_text=text, lat=None, lon=None)
               for ref, text in (("A", "Invented Green"), ("B", "CM99 1AA"))]
    assert [a["rural"]["place"] for a in tag(rules, *records)] == [
        "unknown", "unknown"]
    found = answers(run("--rules", rules, "--gazetteer", folder,
                        data=lines(records), check=0))
    assert [a["rural"]["place"] for a in found] == ["rural", "urban"]
    found = answers(run("--rules", rules, "--gazetteer", folder / "a.csv",
                        data=lines(records), check=0))
    assert [a["rural"]["place"] for a in found] == ["rural", "unknown"]


def test_a_gazetteer_that_is_wrong(rules, tmp_path):
    path = tmp_path / "names.csv"
    path.write_text("a,b,c\n")
    done = run("--rules", rules, "--gazetteer", path, check=1)
    assert b"names.csv: row 1 has 3 values, not the 34" in done.stderr
    assert run("--rules", rules, "--gazetteer", tmp_path / "none",
               check=4).stderr


# Flags and vehicles


def test_in_progress(rules):
    found = tag(rules, incident("A", "dogs now"), incident("B", "last week"))
    assert [a["in_progress"] for a in found] == [True, False]


VEHICLES = [
    ("current form", "silver car AB12 CDE left", {}, ["AB12CDE"]),
    ("joined and small", "car ab12cde left", {}, ["AB12CDE"]),
    ("prefix form", "old pickup reg A123 BCD", {}, ["A123BCD"]),
    ("from the source", "nothing", {"vehicles": ["ab12 cde"]}, ["AB12CDE"]),
    ("both, once", "car AB12 CDE", {"vehicles": ["AB12CDE"]}, ["AB12CDE"]),
    ("suffix form", "tractor LVX 417K", {}, ["LVX417K"]),
    ("spelt", "echo alpha one nine x-ray papa zulu", {}, ["EA19XPZ"]),
    ("put right", "index AB12CDE, sorry, AB12CDF", {}, ["AB12CDF"]),
    ("left open", "index AB12CDE or AB12CDF", {}, ["AB12CDE", "AB12CDF"]),
    ("a road", "car on the A1017", {}, []),
    ("partial", "car part plate AB12", {}, []),
    ("partial from the source", "nothing", {"vehicles": ["AB12"]}, []),
    ("no plate", "three males", {}, []),
]


@pytest.mark.parametrize("name,text,members,expected", VEHICLES,
                         ids=[v[0] for v in VEHICLES])
def test_vehicles(rules, name, text, members, expected):
    [answer] = tag(rules, incident("A", text, **members))
    assert answer["vehicles"] == expected


# Messages of one incident


def test_messages_with_one_id_are_merged(rules):
    found = tag(
        rules, incident("A", "coursing"), incident("B", COURSING),
        {"id": "A", "partial": True, "log": [
            {"at": "2026-11-14T18:09:00Z", "text": "lurchers seen"}]})
    assert [a["id"] for a in found] == ["A", "B"]
    assert found[0]["tags"][0]["score"] == 70
    assert {e["entry"] for e in
            found[0]["tags"][0]["rules"][0]["evidence"]} == {0, 1}


def test_messages_are_merged_across_files(rules, tmp_path):
    first, second = tmp_path / "first", tmp_path / "second"
    first.write_bytes(lines([incident("A", "coursing"), incident("B")]))
    second.write_bytes(lines([
        incident("C"), {"id": "A", "partial": True,
                        "log": [{"text": "it is the shoot"}]}]))
    found = answers(run("--rules", rules, first, second, check=0))
    assert [(a["id"], bool(a["tags"])) for a in found] == [
        ("A", False), ("B", True), ("C", True)]


def test_order_and_repetition_change_no_answer(rules):
    seed = int(os.environ.get("BUZZARD_SEED", "0")) or \
        random.SystemRandom().randrange(1, 1 << 31)
    print(f"seed {seed} (BUZZARD_SEED repeats it)")
    chance = random.Random(seed)
    messages = []
    for i in range(20):
        messages.append(incident(f"I-{i}", "coursing", revision=1))
        messages.append({**incident(f"I-{i}", chance.choice(
            ["lurchers", "it is the shoot", "rubble", "van left"])),
            "revision": 2})
        messages.append({"id": f"I-{i}", "partial": True, "revision": 3,
                         "log": [{"text": chance.choice(
                             ["lurchers", "rubble", "quiet now"])}]})
    first = {a["id"]: a for a in tag(rules, *messages)}
    for _ in range(5):
        again = messages + chance.choices(messages, k=30)
        chance.shuffle(again)
        assert {a["id"]: a for a in tag(rules, *again)} == first


def test_members_of_the_corpus_are_not_read(rules):
    plain = incident("A")
    extra = {**plain, "labels": {"themes": ["fly-tipping"]}, "hard": True,
             "vrms": ["AB12CDE"], "setting": "urban", "why": "rubble"}
    assert tag(rules, extra) == tag(rules, plain)


# What is read


FORMS = [
    ("NDJSON", lines([incident("A"), incident("B")])),
    ("no newline at the end",
     lines([incident("A"), incident("B")]).rstrip(b"\n")),
    ("CRLF", lines([incident("A"), incident("B")]).replace(b"\n", b"\r\n")),
    ("empty lines", b"\n" + lines([incident("A")]) + b"\n \n" +
     lines([incident("B")]) + b"\n\n"),
    ("byte-order mark", b"\xef\xbb\xbf" + lines([incident("A"),
                                                 incident("B")])),
    ("array", json.dumps([incident("A"), incident("B")]).encode()),
    ("array over many lines",
     json.dumps([incident("A"), incident("B")], indent=4).encode()),
]


@pytest.mark.parametrize("name,data", FORMS, ids=[f[0] for f in FORMS])
def test_forms(rules, tmp_path, name, data):
    path = tmp_path / "in"
    path.write_bytes(data)
    expected = tag(rules, incident("A"), incident("B"))
    assert answers(run("--rules", rules, data=data, check=0)) == expected
    assert answers(run("--rules", rules, path, check=0)) == expected


@pytest.mark.parametrize("data", [b"", b"\n\n", b"[]", b" [ ] \n"])
def test_nothing_gives_nothing(rules, data):
    done = run("--rules", rules, data=data, check=0)
    assert done.stdout == b"" and done.stderr == b""


BAD = [
    ("no JSON", b"not JSON at all"),
    ("cut off", b'{"id": "X", "opened_at": '),
    ("no id", b'{"opened_at": "2026-11-14T18:00:00Z"}'),
    ("id is a number", b'{"id": 7, "opened_at": "2026-11-14T18:00:00Z"}'),
    ("no time", b'{"id": "X"}'),
    ("no such day", b'{"id": "X", "opened_at": "2026-02-30T18:00:00Z"}'),
    ("latitude 91", b'{"id": "X", "opened_at": "2026-11-14T18:00:00Z", '
     b'"lat": 91, "lon": 0}'),
    ("half a position", b'{"id": "X", "opened_at": "2026-11-14T18:00:00Z", '
     b'"lat": 51}'),
    ("bad UTF-8", b'{"id": "X\xff", "opened_at": "2026-11-14T18:00:00Z"}'),
    ("a key twice", b'{"id": "X", "id": "Y", '
     b'"opened_at": "2026-11-14T18:00:00Z"}'),
    ("a list in a list", b'[{"id": "X"}]'),
    ("a number", b"42"),
    ("too deep", b'{"id": "X", "x": ' + b"[" * 3000 + b"]" * 3000 + b"}"),
]


@pytest.mark.parametrize("name,bad", BAD, ids=[b[0] for b in BAD])
def test_a_bad_line_is_named_and_the_rest_goes_on(rules, name, bad):
    data = lines([incident("A")]) + bad + b"\n" + lines([incident("B")])
    done = run("--rules", rules, data=data, check=1)
    assert [a["id"] for a in answers(done)] == ["A", "B"]
    [said] = done.stderr.decode().splitlines()
    assert said.startswith("standard input:2:")


def test_several_bad_lines_of_a_file(rules, tmp_path):
    path = tmp_path / "in.ndjson"
    path.write_bytes(b"{\n" + lines([incident("A")]) + b"{\n\n}\n")
    done = run("--rules", rules, path, check=1)
    assert [a["id"] for a in answers(done)] == ["A"]
    said = done.stderr.decode().splitlines()
    assert [s.split(":")[1] for s in said] == ["1", "3", "5"]
    assert all(s.startswith(str(path)) for s in said)


def test_a_bad_item_of_an_array(rules):
    data = b'[' + lines([incident("A")]).strip() + b',\n {"id": 7},\n' + \
        lines([incident("B")]).strip() + b']'
    done = run("--rules", rules, data=data, check=1)
    assert [a["id"] for a in answers(done)] == ["A", "B"]
    assert done.stderr.decode().startswith("standard input:2:")


def test_many_incidents(rules):
    count = 20000
    data = lines([incident(f"M-{i}", COURSING if i % 100 == 0 else "quiet")
                  for i in range(count)])
    found = answers(run("--rules", rules, data=data, check=0))
    assert [a["id"] for a in found] == [f"M-{i}" for i in range(count)]
    assert sum(bool(a["tags"]) for a in found) == count // 100


# The rule set, and what it leaves alone


def test_the_rule_sets_hash_is_of_the_files(rules, tmp_path):
    def the_hash(folder):
        return tag(folder, incident("A"))[0]["rule_set"]

    first = the_hash(rules)
    assert first == the_hash(small_pack(tmp_path / "copy", FLAG_PACK))
    os.utime(f"{rules}/small.rules", (0, 0))
    assert first == the_hash(rules)
    with open(f"{rules}/small.rules", "a", encoding="utf-8") as f:
        f.write("# a comment\n")
    assert first != the_hash(rules)


def test_nothing_is_stored(rules, tmp_path):
    folder = tmp_path / "empty"
    folder.mkdir()
    run("--rules", rules, data=lines([incident("A")]), check=0, cwd=folder)
    assert os.listdir(folder) == []


STATUS = [
    ("no such file", ["/nowhere/at/all"], 4),
    ("a folder", ["/tmp"], 4),
    ("no such rules", ["--rules", "/nowhere/at/all"], 3),
    ("no such boundaries", ["--boundaries", "/nowhere/at/all"], 4),
    ("an unknown option", ["--rulez", "x"], 2),
    ("an option without its value", ["--rules"], 2),
    ("help", ["--help"], 0),
]


@pytest.mark.parametrize("name,args,status", STATUS,
                         ids=[s[0] for s in STATUS])
def test_exit_status(name, args, status):
    done = run(*args, check=status)
    assert done.stdout == b"" or status == 0
    assert done.stderr if status else done.stdout


def test_wrong_rules(tmp_path):
    rules = small_pack(tmp_path / "rules", SMALL_PACK.replace("give", "gve"))
    done = run("--rules", rules, data=lines([incident("A")]), check=3)
    assert done.stdout == b"" and b"small.rules:5:" in done.stderr


def test_an_output_that_is_full(rules):
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [program(), "tag", "--rules", rules], stdout=full,
            input=lines([incident("A")]), stderr=subprocess.PIPE)
    assert done.returncode == 4
    assert b"No space left on device" in done.stderr
