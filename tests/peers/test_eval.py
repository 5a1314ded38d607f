"""buzzard rules eval: the command line, the tables, the JSON object."""

import json
import subprocess

import pytest

from support import program
from whole import small_pack

PACK = """themes hare-coursing, fly-tipping
rule courses "Coursing"
    theme hare-coursing
    give 30 when text has "dog"
    give 40 when text has "hare"
    alert from 60, review from 30

rule tips "Tipping"
    theme fly-tipping
    give 50 when text has "rubbish"
    give 50 when text has "dumped"
    review from 60
"""


def record(name, text, themes, **more):
    return {"id": name, "opened_at": "2026-01-14T10:42:00Z",
            "lat": 51.95, "lon": 0.45, "setting": "rural", "hard": "plain",
            "why": "made by hand", "vrms": [],
            "log": [{"at": "2026-01-14T10:43:00Z", "by": "CALL",
                     "text": "second: nothing"},
                    {"at": "2026-01-14T10:42:00Z", "by": "CALL",
                     "text": text}],
            "labels": {"themes": themes, "rural_crime": bool(themes),
                       "basis": "location" if themes else "none",
                       "in_progress": False}, **more}


RECORDS = [
    record("a", "a dog and a hare", ["hare-coursing"]),
    record("b", "a lost dog", []),
    record("c", "rubbish in the lane", ["fly-tipping"]),
    record("d", "nothing at all", []),
]


@pytest.fixture(name="corpus")
def make_corpus(tmp_path):
    path = tmp_path / "corpus.ndjson"
    path.write_text("".join(json.dumps(r) + "\n" for r in RECORDS))
    return path


@pytest.fixture(name="rules")
def make_rules(tmp_path):
    return small_pack(tmp_path / "rules", PACK)


def run(*args, check=0):
    done = subprocess.run([program(), "rules", "eval", *map(str, args)],
                          capture_output=True, text=True, timeout=60,
                          check=False)
    assert done.returncode == check, done.stderr
    return done


def test_figures_by_hand(rules, corpus):
    said = json.loads(run("--rules", rules, corpus).stdout)
    themes = {t["theme"]: t for t in said["themes"]}
    coursing, tipping = themes["hare-coursing"], themes["fly-tipping"]
    assert (said["incidents"], said["all_right"]) == (4, 2)
    assert (coursing["true_positives"], coursing["false_positives"],
            coursing["false_negatives"], coursing["true_negatives"]) == \
        (1, 1, 0, 2)
    assert coursing["precision"] == 0.5 and coursing["recall"] == 1
    assert coursing["alert"]["precision"] == 1
    assert tipping["precision"] is None and tipping["recall"] == 0
    assert said["micro"]["f1"] == 0.5
    assert said["macro"] == {"precision": 0.25, "recall": 0.5,
                             "f1": pytest.approx(1 / 3, abs=1e-6)}
    assert said["rural_crime"]["accuracy"] == 0.5
    assert said["basis"]["labelled"]["none"] == \
        {"none": 1, "location": 1, "targeted": 0}
    rule = said["rules"][0]
    assert (rule["rule"], rule["right"], rule["wrong"],
            rule["points_right"], rule["points_wrong"]) == \
        ("courses", 1, 1, 70, 30)


def test_wrong_ones_say_why(rules, corpus):
    wrong = {w["id"]: w for w in
             json.loads(run("--rules", rules, corpus).stdout)["wrong"]}
    assert set(wrong) == {"b", "c"}
    ev = wrong["b"]["said"][0]["rules"][0]["evidence"][0]
    text = RECORDS[1]["log"][ev["entry"]]["text"]
    assert text[ev["start"]:ev["end"]] == ev["text"] == "dog"
    assert wrong["c"]["missed"] == [{
        "theme": "fly-tipping",
        "nearest": {"rule": "tips", "points": 50, "from": 60, "need": None,
                    "lacks": 'text has "dumped"'}}]
    assert wrong["c"]["rural_crime"]["missing_flag"] == "crime"


def test_a_review_lacks_the_flag_crime(tmp_path):
    """A theme to be reviewed is a crime where the rules for the flag say so."""
    rules = small_pack(tmp_path / "rules", PACK + """
rule theft "Theft"
    flag crime
    give 60 when text has "stolen"
    review from 60
""")
    corpus = tmp_path / "corpus.ndjson"
    corpus.write_text("".join(json.dumps(record(*r)) + "\n" for r in (
        ("e", "a dog on the plough", ["hare-coursing"]),
        ("f", "a dog stolen", ["hare-coursing"]))))
    wrong = json.loads(run("--rules", rules, corpus).stdout)["wrong"]
    assert [w["id"] for w in wrong] == ["e"]
    assert wrong[0]["rural_crime"]["said"] is False
    assert wrong[0]["rural_crime"]["missing_flag"] == "crime"
    assert wrong[0].get("missed", []) == []


def test_table_for_people(rules, corpus):
    said = run("--rules", rules, "--table", "--grounds", corpus).stdout
    assert "4 incidents, 2 of them all right (50.0 %), 0 refused" in said
    assert 'nearest is rule tips with 50 of 60 points' in said
    assert 'lacks 10: 50 more for text has "dumped"' in said
    assert '"dog" log[1] 7-10' in said
    only = run("--rules", rules, "--table", "--theme", "fly-tipping",
               corpus).stdout
    assert "\nc (" in only and "\nb (" not in only


def test_labels_are_needed_and_ids_stand_once(rules, corpus, tmp_path):
    bad = tmp_path / "bad.ndjson"
    bad.write_text(json.dumps({k: v for k, v in RECORDS[0].items()
                               if k != "labels"}) + "\n")
    done = run("--rules", rules, corpus, bad, corpus, check=1)
    assert "bad.ndjson:1: labels.themes is missing" in done.stderr
    assert done.stderr.count("stands before") == 4
    assert json.loads(done.stdout)["refused"] == 5
    assert "no labelled incident" in run("--rules", rules, bad,
                                         check=1).stderr


def test_command_line(rules, corpus, tmp_path):
    run("--rules", rules, check=2)
    run("--rules", rules, "--json", "--table", corpus, check=2)
    run("--rules", tmp_path / "none", corpus, check=4)
    run("--rules", rules, tmp_path / "none", check=4)
    assert "error" in run("--rules", small_pack(
        tmp_path / "wrong", "rule x"), corpus, check=3).stderr


def test_labels_change_no_answer(rules, corpus):
    """What the corpus says is read by nothing but eval."""
    tag = [program(), "tag", "--rules", str(rules)]
    bare = "".join(json.dumps({k: v for k, v in r.items() if k not in
                               ("labels", "vrms", "setting", "hard", "why")})
                   + "\n" for r in RECORDS)
    with_labels = subprocess.run([*tag, str(corpus)], capture_output=True,
                                 text=True, check=True).stdout
    without = subprocess.run(tag, input=bare, capture_output=True, text=True,
                             check=True).stdout
    assert with_labels == without
