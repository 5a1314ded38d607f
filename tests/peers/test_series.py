"""Several incidents together, in the installed program: what an incident was
counted with is found from both sides, and a restart forgets nothing."""

import json
import subprocess

from support import program
from support.terminal import run_on_terminal
from whole import SMALL_PACK, alone, incident, listed, make_agent, small_pack

SERIES_PACK = SMALL_PACK + """
rule lock "Cut lock"
    flag precursor
    give 50 when text has "padlock cut"
    take 90 when text has "shoot"
    review from 50

series locks "Locks cut near each other"
    theme hare-coursing
    at least 2 of flag precursor within 3 days and 5 km, distinct places
    give 50 for review
    because "locks cut at two farms"
"""


def lock(ref, day, lat, **members):
    return incident(ref, "padlock cut", lat=lat,
                    opened_at=f"2026-11-{day}T06:30:00Z", **members)


def shown(agent, ref):
    [one] = listed(agent, "incident", "show", ref)
    return one


def read(agent, ref):
    """What a person reads of an incident."""
    status, said = run_on_terminal("incident", "show", ref, "-c",
                                   agent.config_path)
    assert status == 0
    return said


def test_found_from_both_sides_and_after_a_restart(tmp_path):
    config = alone(tmp_path)
    small_pack(tmp_path / "rules", SERIES_PACK)
    with make_agent(tmp_path, config) as agent:
        agent.drop("a.ndjson", [lock("A", 12, 51.95)])
        agent.wait_taken("a.ndjson")
    with make_agent(tmp_path, config) as agent:
        agent.drop("b.ndjson", [lock("B", 14, 51.97, accuracy_m=50)])
        agent.wait_taken("b.ndjson")
        [tag] = shown(agent, "B")["tags"]
        assert (tag["theme"], tag["level"], tag["score"]) == \
            ("hare-coursing", "review", 50)
        [rule] = tag["rules"]
        what, other = rule["evidence"]
        assert rule["rule"] == "locks" and "2 incidents" in what["text"]
        assert other["incident"] == {
            "feed": "control-room", "id": "A", "opened_at": "2026-11-12T06:30:00Z",
            "counts_by": "flag precursor", "distance_m": 2224,
            "uncertainty_m": 150, "plate": None}
        assert shown(agent, "B")["counted_by"] == []
        first = shown(agent, "A")
        assert first["tags"] == [] and first["counted_by"] == [
            {"series": "locks", "feed": "control-room", "ref": "B"}]

        said = read(agent, "B")
        assert "with A of control-room, Thu 12 Nov 2026 06:30 GMT" in said
        assert "2.2 km away, give or take 150 m" in said
        assert "counted by locks, with B of control-room" in read(agent, "A")

        agent.drop("c.ndjson", [{"id": "A", "partial": True, "log": [
            {"at": "2026-11-14T08:00:00Z", "text": "it is the shoot"}]}])
        agent.wait_taken("c.ndjson")
        assert shown(agent, "B")["tags"] == []
        assert shown(agent, "A")["counted_by"] == []


def test_explain_says_that_it_is_not_for_one(tmp_path):
    rules = small_pack(tmp_path / "rules", SERIES_PACK)
    one = tmp_path / "one.json"
    one.write_text(json.dumps(lock("A", 12, 51.95)) + "\n")

    def explain(*args):
        command = ["rules", "explain", "--rules", rules, *args, one]
        status, said = run_on_terminal(*command)
        assert status == 0
        done = subprocess.run([program(), *command], capture_output=True,
                              text=True, timeout=60, check=True)
        return said, [json.loads(line) for line in done.stdout.splitlines()]

    said, lines = explain()
    assert "locks (series, theme hare-coursing): not judged here" in said
    assert "lock (flag precursor" in said and len(lines) > 1
    said, lines = explain("--rule", "locks")
    assert "at least 2 of flag precursor within 3 days and 5 km" in said
    assert "precursor): " not in said
    assert lines == [{
        "incident": "A", "series": "locks", "theme": "hare-coursing",
        "shadow": False, "judged": False,
        "says": "at least 2 of flag precursor within 3 days and 5 km, "
                "distinct places 300 m apart"}]
