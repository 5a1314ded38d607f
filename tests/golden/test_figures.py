"""How good the shipped rules are: on incidents they were tuned on, and not.

Prints the figures side by side: rules were tuned on the seen incidents, points
of weighs were fitted on the fitted ones, and the unseen have had no part.  The floors are far below what stands, so that
they fail when rules break and not when a word is moved; where the unseen figure
falls far behind the seen one, rules were fitted to the words of the seen part.
"""

import json
import os
import subprocess

import pytest

from support.agent import ROOT, program

BOUNDARIES = os.path.join(
    os.environ.get("BUZZARD_SHARED", f"{ROOT}/../shared"),
    "data/geo/essex-lsoa.geojson")
FIGURES = [
    ("themes, micro F1", lambda d: d["micro"]["f1"]),
    ("themes, precision", lambda d: d["micro"]["precision"]),
    ("themes, recall", lambda d: d["micro"]["recall"]),
    ("alerts, precision", lambda d: d["micro_alert"]["precision"]),
    ("rural crime, accuracy", lambda d: d["rural_crime"]["accuracy"]),
    ("in progress, F1", lambda d: d["in_progress"]["f1"]),
    ("plates, precision", lambda d: d["vehicles"]["precision"]),
    ("plates, recall", lambda d: d["vehicles"]["recall"]),
]
FLOORS = {"seen": [0.90, 0.88, 0.92, 0.95, 0.92, 0.88, 0.95, 0.95],
          "fitted": [0.93, 0.92, 0.92, 0.95, 0.92, 0.88, 0.95, 0.93],
          "unseen": [0.85, 0.85, 0.84, 0.93, 0.89, 0.84, 0.96, 0.95]}


def evaluate(part, folder):
    """The figures on a part, with the official boundaries where they are.

    Of the fitted, which say least, a fourth is enough.
    """
    where = ["--boundaries", BOUNDARIES] if os.path.exists(BOUNDARIES) else []
    some = folder / f"{part}.ndjson"
    with open(f"{ROOT}/tests/corpus/{part}.ndjson", encoding="utf-8") as lines:
        some.write_text("".join(
            list(lines)[::4 if part == "fitted" else 1]), encoding="utf-8")
    done = subprocess.run(
        [program(), "rules", "eval", "--json", "--rules",
         f"{ROOT}/rules/packs/essex", *where, str(some)],
        capture_output=True, text=True, check=False)
    assert done.stdout, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module", name="answers")
def fixture_answers(tmp_path_factory):
    folder = tmp_path_factory.mktemp("figures")
    return {part: evaluate(part, folder) for part in FLOORS}


def test_figures(answers, capsys):
    with capsys.disabled():
        print("\n%-24s %8s %8s %8s" % ("", *FLOORS))
        for name, value in FIGURES:
            print("%-24s %8.3f %8.3f %8.3f" % (
                name, *(value(answers[part]) for part in FLOORS)))
    low = [(part, name, value(answers[part]))
           for part, floors in FLOORS.items()
           for (name, value), floor in zip(FIGURES, floors)
           if value(answers[part]) < floor]
    assert low == []


def test_ordinary_incidents(answers, capsys):
    """Of what most of a day is, and none of it of a theme, little is tagged."""
    with open(f"{ROOT}/tests/corpus/unseen.ndjson", encoding="utf-8") as lines:
        total = sum(line.startswith('{"id": "O-') for line in lines)
    tagged = [w["id"] for w in answers["unseen"]["wrong"]
              if w["id"].startswith("O-") and w["said"]]
    with capsys.disabled():
        print("\nof %d ordinary incidents %d are tagged" % (
            total, len(tagged)))
    assert total > 300 and len(tagged) <= total * 0.02, tagged


@pytest.mark.parametrize("part", FLOORS)
def test_evidence_holds(answers, part):
    """Every tag's evidence reads back at its offsets."""
    assert answers[part]["refused"] == 0
    assert answers[part]["evidence_faults"] in (0, [])


def test_fairness(tmp_path):
    """No tag, level or score changes with who people are said to be."""
    corpus = tmp_path / "sixth.ndjson"
    with open(f"{ROOT}/tests/corpus/seen.ndjson", encoding="utf-8") as lines:
        corpus.write_text("".join(list(lines)[::6]), encoding="utf-8")
    done = subprocess.run(
        [program(), "rules", "fairness", "--json", "--rules",
         f"{ROOT}/rules/packs/essex", str(corpus)],
        capture_output=True, text=True, check=False)
    *changes, total = map(json.loads, done.stdout.splitlines())
    assert total["readings"] > 100000
    assert changes == []
