"""buzzard rules bench: its rows, for any directory of rules."""

import json
import subprocess

from support import program
from whole import small_pack


def run(*args, check=0):
    done = subprocess.run([program(), "rules", "bench", *args],
                          capture_output=True, text=True, timeout=120,
                          check=False)
    assert done.returncode == check, done.stderr
    return done


def test_rows_of_a_small_pack(tmp_path):
    rows = [json.loads(line) for line in
            run(small_pack(tmp_path / "rules")).stdout.splitlines()]
    own = rows[0]["rules"]
    assert [(r["rules"], r["made_up"]) for r in rows] == \
        [(own, 0), (own + 10 * own, 10 * own), (own + 100 * own, 100 * own)]
    assert rows[0]["cost"] == 1 and rows[0]["tagged_percent"] == 0
    assert [r["tagged_percent"] for r in rows[1:]] == [5, 5]
    for row in rows:
        assert row["incidents_per_second"] > 0 and row["microseconds"] > 0


def test_wrong_rules_and_words(tmp_path):
    assert "error" in run(small_pack(tmp_path / "wrong", "rule x"),
                          check=3).stderr
    run("one", "two", check=2)
