"""buzzard rules preview: on files and on what an agent has stored."""

import json
import random
import sqlite3
import subprocess

import pytest

from support import free_port, program
from whole import make_agent, mqtt_only, rows, small_pack

LIVE = """themes hare-coursing, fly-tipping
rule courses "Coursing"
    theme hare-coursing
    give 40 when text has "dog"
    give 30 when text has "hare"
    alert from 60, review from 40

rule tips "Tipping"
    theme fly-tipping
    give 50 when text has "rubbish"
    review from 50
"""
CANDIDATE = """themes hare-coursing, fuel
rule courses "Coursing"
    theme hare-coursing
    give 45 when text has "dog"
    give 30 when text has "hare" and place is rural
    alert from 70, review from 40

rule fuel "Fuel"
    theme fuel
    give 50 when text has "diesel"
    alert from 50
"""
KINDS = ("gained", "lost", "raised", "lowered", "rescored")


def make_messages(count, seed=7):
    """Incidents of a few words in either class of place; some with two
    messages, the second far behind."""
    rnd = random.Random(seed)
    words = ("dog", "hare", "rubbish", "diesel", "nothing", "else")
    messages, late = [], []
    for i in range(count):
        lat, lon = rnd.choice(((51.95, 0.45), (51.7343, 0.4691)))
        text = " ".join(rnd.sample(words, 2))
        message = {"id": f"EP-{i:04d}", "lat": lat, "lon": lon,
                   "opened_at": f"2026-{1 + i % 12:02d}-14T{i % 24:02d}:00:00Z",
                   "district": rnd.choice(("Maldon", "Harlow")),
                   "location_text": f"field {i}",
                   "log": [{"at": "2026-01-14T10:42:00Z", "by": "CALL",
                            "text": text}]}
        messages.append(message)
        if i % 7 == 0:
            late.append({"id": message["id"], "partial": True, "log": [
                {"at": "2026-01-14T11:42:00Z", "by": "UNIT",
                 "text": rnd.choice(words)}]})
    return messages + late


def lines(messages):
    return "".join(json.dumps(m) + "\n" for m in messages)


@pytest.fixture(name="packs", scope="module")
def make_packs(tmp_path_factory):
    folder = tmp_path_factory.mktemp("packs")
    return (small_pack(folder / "live", LIVE),
            small_pack(folder / "candidate", CANDIDATE))


def run(*args, check=0):
    done = subprocess.run([program(), "rules", "preview", *map(str, args)],
                          capture_output=True, text=True, timeout=120,
                          check=False)
    assert done.returncode == check, done.stderr
    return done


def tags(rules, path):
    """{id: {theme: (level, score)}} by "buzzard tag"."""
    done = subprocess.run([program(), "tag", "--rules", rules, str(path)],
                          capture_output=True, text=True, check=True)
    answers = map(json.loads, done.stdout.splitlines())
    return {a["id"]: {t["theme"]: (t["level"], t["score"])
                      for t in a["tags"]} for a in answers}


def kind(live, candidate):
    if live == candidate:
        return None
    if live is None or candidate is None:
        return "gained" if live is None else "lost"
    if live[0] != candidate[0]:
        return "raised" if candidate[0] == "alert" else "lowered"
    return "rescored"


def expected(packs, path):
    """{theme: {kind: [ids]}} worked out from two runs of "buzzard tag"."""
    live, candidate = (tags(pack, path) for pack in packs)
    out = {}
    for ref in live:
        for theme in set(live[ref]) | set(candidate[ref]):
            what = kind(live[ref].get(theme), candidate[ref].get(theme))
            if what:
                out.setdefault(theme, {}).setdefault(what, []).append(ref)
    return out


def check(said, wanted):
    for theme in said["themes"]:
        kinds = wanted.get(theme["theme"], {})
        assert {k: theme[k] for k in KINDS} == \
            {k: len(kinds.get(k, [])) for k in KINDS}
        for part in ("months", "districts", "hours"):
            assert sum(row[k] for row in theme[part] for k in KINDS) == \
                sum(map(len, kinds.values()))
        for ex in theme["examples"]:
            assert ex["ref"] in kinds[ex["kind"]]
    assert set(wanted) <= {t["theme"] for t in said["themes"]}


@pytest.fixture(name="file", scope="module")
def make_file(tmp_path_factory):
    path = tmp_path_factory.mktemp("file") / "incidents.ndjson"
    path.write_text(lines(make_messages(300)))
    return path


def test_files_against_tag(packs, file):
    said = json.loads(run(packs[1], "--live", packs[0], file).stdout)
    wanted = expected(packs, file)
    assert said["incidents"] == 300 and said["different"] > 0
    # The messages meet every kind of difference, or this shows nothing.
    assert {k for kinds in wanted.values() for k in kinds} == set(KINDS) - {
        "raised"}
    check(said, wanted)
    back = json.loads(run(packs[0], "--live", packs[1], file).stdout)
    coursing = {t["theme"]: t for t in back["themes"]}["hare-coursing"]
    assert coursing["raised"] == len(wanted["hare-coursing"]["lowered"])


def test_same_rules_differ_in_nothing(packs, file):
    said = json.loads(run(packs[0], "--live", packs[0], file).stdout)
    assert said["different"] == 0
    assert not any(t[k] for t in said["themes"] for k in KINDS)
    assert said["live"]["rule_set"] == said["candidate"]["rule_set"]


def test_examples_are_as_many_as_asked(packs, file):
    args = (packs[1], "--live", packs[0], file)

    def examples(*more):
        said = json.loads(run(*args, *more).stdout)
        return [(t["theme"], e["kind"]) for t in said["themes"]
                for e in t["examples"]]
    assert max(map(examples().count, examples())) == 3
    many = examples("--examples", 10)
    assert max(map(many.count, many)) == 10
    assert not examples("--figures")
    only = json.loads(run(*args, "--theme", "fuel").stdout)
    assert [t["theme"] for t in only["themes"]] == ["fuel"]


def test_command_line(packs, file, tmp_path):
    live, candidate = packs
    run(check=2)
    run(candidate, check=2)
    run(candidate, "-c", "x", file, check=2)
    run(candidate, "-c", "x", "--boundaries", file, check=2)
    run(candidate, file, "--examples", "2000", check=2)
    run(candidate, "--live", live, "--theme", "nothing", file, check=2)
    run(candidate, "--live", live, tmp_path / "none", check=4)
    run(small_pack(tmp_path / "wrong", "rule x"), "--live", live, file,
        check=3)
    bad = tmp_path / "bad.ndjson"
    bad.write_text(lines(make_messages(3)) + "{\n")
    done = run(candidate, "--live", live, bad, check=1)
    assert "bad.ndjson:5" in done.stderr
    assert json.loads(done.stdout)["incidents"] == 3


@pytest.fixture(name="agent", scope="module")
def make_state(tmp_path_factory, packs, file):
    """A state that an agent with the live rules has left."""
    folder = tmp_path_factory.mktemp("state")
    config = {**mqtt_only(folder, None, port=free_port()), "rules": packs[0]}
    with make_agent(folder, config) as agent:
        agent.drop("a.ndjson", file.read_text())
        agent.wait_taken("a.ndjson")
    return agent


TABLES = ("incident", "message", "tag", "outbox", "attempt", "told",
          "quarantine", "audit")


def count_rows(agent):
    return {t: rows(agent, f"SELECT count(*) FROM {t}")[0][0] for t in TABLES}


def test_stored_incidents(agent, packs, file):
    """As the files they came from; nothing changes but who looked."""
    before = count_rows(agent)
    done = run(packs[1], "-c", agent.config_path)
    after = count_rows(agent)
    check(json.loads(done.stdout), expected(packs, file))
    assert done.stderr == ""
    assert after.pop("audit") == before.pop("audit") + 1
    assert after == before
    last = rows(agent, "SELECT detail FROM audit ORDER BY id DESC LIMIT 1")
    assert json.loads(last[0][0])["command"] == "rules preview"


def test_figures_write_nothing(agent, packs):
    before = count_rows(agent)
    said = json.loads(
        run(packs[1], "-c", agent.config_path, "--figures").stdout)
    assert said["different"] > 0
    assert count_rows(agent) == before
    assert not any(t["examples"] for t in said["themes"])


LAYER_CANDIDATE = LIVE + """
rule protected "On a protected site"
    theme hare-coursing
    give 80 when inside "sssi" and text has "nothing"
    alert from 60
"""
BOX = {"type": "FeatureCollection", "features": [{
    "type": "Feature", "properties": {}, "geometry": {
        "type": "Polygon", "coordinates": [[
            [0.4, 51.9], [0.5, 51.9], [0.5, 52.0], [0.4, 52.0],
            [0.4, 51.9]]]}}]}


def test_layers_of_the_map(agent, packs, file, tmp_path):
    """What is stored has no layers: they are asked again, of now."""
    candidate = small_pack(tmp_path / "layers", LAYER_CANDIDATE)
    box = tmp_path / "sssi.geojson"
    box.write_text(json.dumps(BOX))

    def counts(*args):
        said = json.loads(run(candidate, "--live", packs[0], *args).stdout)
        coursing = {t["theme"]: t for t in said["themes"]}["hare-coursing"]
        return [coursing[k] for k in KINDS]
    wanted = counts(file, "--layer", f"sssi={box}")
    assert wanted[0] > 0
    # Not imported: not known, and said so by nobody but a warning.
    assert counts("-c", agent.config_path, "--figures") == [0] * len(KINDS)
    agent.command("import", "layer", "sssi", box)
    assert counts("-c", agent.config_path, "--figures") == wanted
    run(candidate, "-c", agent.config_path, "--layer", f"sssi={box}", check=2)


def test_a_write_lock_does_not_stop_the_reading(agent, packs):
    db = sqlite3.connect(f"{agent.state}/buzzard.db", isolation_level=None)
    try:
        db.execute("BEGIN IMMEDIATE")
        run(packs[1], "-c", agent.config_path, "--figures")
        db.execute("ROLLBACK")
    finally:
        db.close()
