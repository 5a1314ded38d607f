"""The tools of whoever writes rules: check, test and fmt, as a black box."""

import json
import os
import re
import stat
import subprocess
import xml.etree.ElementTree as ElementTree

import pytest

from support.agent import ROOT, program
from support.terminal import run_on_terminal
from whole import alone, incident, make_agent, rows

RULES = """themes hare-coursing

words dogs: dog, dogs

rule coursing "Hare coursing"
    theme hare-coursing
    give 60 when log has @dogs near 5 "hare" because "dogs at hares"
    give 10 when place is rural
    veto text has "pub"
    alert from 60, review from 30

test "dogs at hares"
    rural
    CALL "two dogs after a hare"
    expect hare-coursing alert

test "the pub"
    CALL "dogs near the hare, the pub"
    expect none
"""


def run(*args, stdin=""):
    """What a command says through pipes."""
    return subprocess.run([program(), "rules", *map(str, args)], text=True,
                          capture_output=True, input=stdin, check=False)


def lines(done):
    """Its JSON objects."""
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture(name="pack")
def the_pack(tmp_path):
    folder = tmp_path / "pack"
    folder.mkdir()
    (folder / "a.rules").write_text(RULES)
    return folder


def add(pack, text):
    (pack / "b.rules").write_text(text)


# ---- check ----

def test_check_fine(pack):
    done = run("check", pack)
    assert done.returncode == 0 and not done.stderr
    assert lines(done) == [{
        "kind": "sum", "rules": str(pack), "problems": 0, "rule_count": 1,
        "series_count": 0,
        "rule_set": lines(done)[0]["rule_set"]}]
    status, said = run_on_terminal("rules", "check", pack)
    assert status == 0
    assert re.fullmatch(rf"{pack}: 1 rules, 0 series, nothing to say, sha256:[0-9a-f]+\n",
                        said)


def test_check_warns(pack):
    add(pack, "words cats: cat, cat\n")
    done = run("check", pack)
    assert done.returncode == 1
    assert [(p["severity"], p["code"], p["line"], p["column"], p["end_column"])
            for p in lines(done)[:-1]] == [
                ("warning", "R045", 1, 7, 11), ("warning", "R049", 1, 18, 21)]
    assert all(p["note"] for p in lines(done)[:-1])
    status, said = run_on_terminal("rules", "check", pack)
    assert status == 1
    assert "b.rules:1:18: warning: the list has 'cat' already" in said
    assert "       |                  ^^^\n" in said


def test_check_wrong(pack):
    add(pack, "rule x \"X\"\n    theme hare-corsing\n"
        "    give 60 when text has @dogz\n    review from 10\n")
    done = run("check", pack)
    assert done.returncode == 3
    found = lines(done)
    assert [(p["code"], p["note"]) for p in found[:-1]] == [
        ("R022", "did you mean hare-coursing?"),
        ("R020", "did you mean @dogs?")]
    assert found[-1]["rule_set"] is None and found[-1]["problems"] == 2
    assert run_on_terminal("rules", "check", pack)[0] == 3


def test_check_shipped_packs():
    done = run("check", f"{ROOT}/rules/packs/essex")
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("verb", ["check", "test"])
def test_no_such_place(tmp_path, verb):
    done = run(verb, tmp_path / "none")
    assert done.returncode == 4 and "none" in done.stderr
    done = run(verb, tmp_path)
    assert done.returncode == 3 and "no rule files" in done.stderr
    assert run(verb, "a", "b").returncode == 2
    assert run(verb, "--wrong").returncode == 2


# ---- test ----

def test_tests_pass(pack):
    done = run("test", pack)
    assert done.returncode == 0 and not done.stderr
    assert [(x["kind"], x.get("test"), x.get("line"), x.get("passed"))
            for x in lines(done)] == [
                ("test", "dogs at hares", 12, True),
                ("test", "the pub", 17, True),
                ("sum", None, None, 2)]
    assert run_on_terminal("rules", "test", pack) == (
        0, f"{pack}: 2 passed, 0 failed\n")


def test_tests_fail(pack):
    add(pack, "test \"a cat\"\n    CALL \"cat\"\n    expect hare-coursing\n")
    done = run("test", pack)
    assert done.returncode == 1
    failed = [x for x in lines(done) if x["kind"] == "test" and
              not x["passed"]]
    why = ("b.rules:3: test \"a cat\": expected hare-coursing, "
           "found no theme")
    assert [x["failures"] for x in failed] == [why]
    status, said = run_on_terminal("rules", "test", pack)
    assert status == 1
    assert said == f"{why}\n{pack}: 2 passed, 1 failed\n"
    status, said = run_on_terminal("rules", "test", pack,
                                   env={"NO_COLOR": ""})
    assert "\x1b[31m2 passed, 1 failed\x1b[0m" in said


def test_only_some_tests(pack):
    assert [x["test"] for x in lines(run("test", pack, "--run", "PUB"))
            if x["kind"] == "test"] == ["the pub"]
    assert [x["test"] for x in lines(run("test", pack, "--run",
                                         "a.rules:12"))
            if x["kind"] == "test"] == ["dogs at hares"]
    done = run("test", pack, "--run", "bird")
    assert done.returncode == 2 and '"bird"' in done.stderr


def test_junit(pack, tmp_path):
    add(pack, "test \"a <cat> & \\\"dog\\\" \u00e9\"\n    CALL \"cat\"\n"
        "    expect hare-coursing\n")
    path = tmp_path / "junit.xml"
    assert run("test", pack, "--junit", path).returncode == 1
    root = ElementTree.parse(path).getroot()
    assert root.attrib == {"tests": "3", "failures": "1"}
    assert [(s.get("name"), s.get("tests"), s.get("failures"))
            for s in root] == [("a.rules", "2", "0"), ("b.rules", "1", "1")]
    case = root[1][0]
    assert case.get("name") == 'a <cat> & "dog" \u00e9'
    assert case.get("line") == "1"
    assert "found no theme" in case[0].get("message")
    done = run("test", pack, "--junit", tmp_path / "none" / "x.xml")
    assert done.returncode == 4 and "x.xml" in done.stderr


def test_coverage(pack):
    done = run("test", pack, "--coverage")
    assert done.returncode == 0
    found = lines(done)
    assert [(x["file"], x["line"], x["column"], x["rule"], x["missing"],
             x["condition"]) for x in found if x["kind"] == "uncovered"] == [
                 ("a.rules", 7, 18, "coursing", "false",
                  'log has @dogs near 5 "hare"')]
    assert (found[-1]["leaves"], found[-1]["covered"]) == (3, 2)
    status, said = run_on_terminal("rules", "test", pack, "--coverage")
    assert status == 0
    assert "a.rules:7:18   coursing  false  log has @dogs" in said
    assert "covered: 2 of 3 leaves of conditions (66 %)\n" in said


def test_coverage_threshold(pack):
    assert run("test", pack, "--coverage-threshold", 66).returncode == 0
    done = run("test", pack, "--coverage-threshold", 67)
    assert done.returncode == 1
    assert "2 of 3 leaves" in done.stderr and "67 %" in done.stderr
    assert run("test", pack, "--coverage-threshold", 101).returncode == 2
    assert run("test", pack, "--coverage-threshold", 0).returncode == 2


# ---- fmt ----

UGLY = "words cats:cat,   kitten # small\nthemes   x\n"
FINE = "words cats: cat, kitten  # small\nthemes x\n"


def test_fmt_check_names_files(pack):
    assert run("fmt", "--check", pack).returncode == 0
    add(pack, UGLY)
    done = run("fmt", "--check", pack)
    assert done.returncode == 1
    assert lines(done) == [{"file": f"{pack}/b.rules",
                            "state": "not formatted"}]
    assert (pack / "b.rules").read_text() == UGLY
    status, said = run_on_terminal("rules", "fmt", "--check", pack)
    assert status == 1
    assert re.search(rf"^{pack}/b\.rules +not formatted$", said, re.M)


def test_fmt_replaces_whole_files(pack):
    add(pack, UGLY)
    os.chmod(pack / "b.rules", 0o640)
    os.rename(pack / "b.rules", pack.parent / "real.rules")
    os.symlink(pack.parent / "real.rules", pack / "b.rules")
    done = run("fmt", pack)
    assert done.returncode == 0
    assert lines(done) == [{"file": f"{pack}/b.rules", "state": "formatted"}]
    assert (pack / "b.rules").is_symlink()
    assert (pack / "b.rules").read_text() == FINE
    assert stat.S_IMODE(os.stat(pack / "b.rules").st_mode) == 0o640
    assert sorted(os.listdir(pack)) == ["a.rules", "b.rules"]
    done = run("fmt", pack)
    assert done.returncode == 0 and not done.stdout


def test_fmt_one_file_of_many(pack):
    add(pack, UGLY)
    (pack / "a.rules").write_text(RULES + "\n\n\n")
    assert run("fmt", pack / "b.rules").returncode == 0
    assert (pack / "b.rules").read_text() == FINE
    assert (pack / "a.rules").read_text() == RULES + "\n\n\n"


def test_fmt_standard_input():
    done = run("fmt", "-", stdin=UGLY)
    assert (done.returncode, done.stdout) == (0, FINE)
    assert run("fmt", "--check", "-", stdin=FINE).returncode == 0
    done = run("fmt", "--check", "-", stdin=UGLY)
    assert done.returncode == 1 and lines(done)[0]["file"] == "-"


def test_fmt_leaves_what_is_wrong(pack):
    add(pack, "words cats cat\n")
    (pack / "c.rules").write_text("words   birds: bird\n")
    done = run("fmt", pack)
    assert done.returncode == 3
    assert "b.rules:1:12: error: a colon is expected here" in done.stderr
    assert (pack / "b.rules").read_text() == "words cats cat\n"
    # What has no fault of its own is done all the same.
    assert (pack / "c.rules").read_text() == "words birds: bird\n"


def test_fmt_needs_to_be_told_what(pack):
    assert run("fmt").returncode == 2
    (pack / "x.list").write_text("a\n")
    assert run("fmt", pack / "x.list").returncode == 2
    assert run("fmt", pack / "none.rules").returncode == 4
    done = run("fmt", pack.parent / "none" / "a.rules")
    assert done.returncode == 4 and "none" in done.stderr


def test_every_verb_has_help():
    names = re.findall(r"^  ([a-z]+) ", run("--help").stdout, re.M)
    assert {"check", "explain", "fmt", "test"} <= set(names)
    for name in names:
        done = run(name, "--help")
        assert done.returncode == 0
        assert done.stdout.startswith(f"usage: buzzard rules {name} ")
    assert run("dance").returncode == 2
    assert run().returncode == 2


# ---- explain ----

ON_THE_FIELD = {
    "id": "E1", "opened_at": "2026-01-14T10:42:00Z",
    "log": [{"at": "2026-01-14T10:42:00Z", "by": "CALL",
             "text": "two dogs in the field"}]}


def test_explain_says_what_would_do(pack, tmp_path):
    path = tmp_path / "i.ndjson"
    path.write_text(json.dumps(ON_THE_FIELD) + "\n")
    status, said = run_on_terminal("rules", "explain", "--rules", pack,
                                   "--rule", "coursing", path)
    assert status == 0
    assert said == """E1, unknown
coursing (theme hare-coursing): none, score 0
  no  give    0  dogs at hares
                 no "hare"
  no  give    0  place is rural
                 place is unknown
  no  veto       text has "pub"
                 no "pub"
  would make a review (30 points more):
      log has @dogs near 5 "hare" (now: no "hare")
"""
    done = run("explain", "--rules", pack, "--rule", "coursing", "-",
               stdin=json.dumps([ON_THE_FIELD]))
    assert done.returncode == 0
    found, = lines(done)
    assert (found["rule"], found["level"], found["down"]) == (
        "coursing", "none", None)
    assert found["up"] == {"level": "review", "any_of": [[
        {"condition": 'log has @dogs near 5 "hare"', "now": 'no "hare"'}]]}
    assert found["grounds"][0] == {
        "kind": "give", "holds": False, "points": 0, "why": "dogs at hares",
        "says": 'no "hare"', "file": "a.rules", "line": 7}


def test_explain_what_it_is_told(pack, tmp_path):
    path = tmp_path / "i.ndjson"
    path.write_text(json.dumps(ON_THE_FIELD) + "\nnonsense\n")
    done = run("explain", "--rules", pack, path)
    assert done.returncode == 1 and "i.ndjson:2:" in done.stderr
    assert len(lines(done)) == 1
    assert run("explain", "--rules", pack, "--rule", "corsing",
               path).returncode == 2
    assert run("explain", "--rules", pack).returncode == 2
    assert run("explain", "--rules", pack,
               tmp_path / "none").returncode == 4
    assert run("explain", "-c", tmp_path / "none.yaml",
               "E1").returncode == 3


def test_explain_a_stored_incident(tmp_path):
    with make_agent(tmp_path, alone(tmp_path)) as agent:
        agent.drop("a.ndjson", [incident("E/1", "coursing, they say")])
        agent.wait_taken("a.ndjson")
        done = run("explain", "-c", agent.config_path, "--rule", "coursing",
                   "E/1")
        assert done.returncode == 0, done.stderr
        found, = lines(done)
        assert (found["incident"], found["rule"], found["level"]) == (
            "E/1", "coursing", "review")
        assert found["up"]["any_of"] == [[
            {"condition": 'text has "lurchers"', "now": 'no "lurchers"'}]]
        looks = rows(agent, "SELECT incident_id, detail FROM audit "
                     "WHERE detail LIKE '%explain%'")
        assert len(looks) == 1 and looks[0][0] == 1
        assert json.loads(looks[0][1]) == {"command": "rules explain",
                                           "what": "coursing"}
        done = run("explain", "-c", agent.config_path, "E/2")
        assert done.returncode == 1 and '"E/2"' in done.stderr


# ---- show ----

LISTS = """themes t

words dogs: dog, @hounds, "Hot  Dog", not "dog van"
words hounds: lurcher ~1, hound*

rule r "R"
    theme t
    give 40 when log has @dogs near 5 "hare"
        and not (place is urban or place is unknown) because "dogs"
    give 10 each up to 30 when text has "slip" | "slips"
    veto flag crime
    alert from 60, review from 40

rule c "C"
    flag crime
    shadow
    give 50 when month in aug..mar
    review from 50

rule d "D"
    flag crime
    give 50 when text has "theft"
    review from 50
"""


@pytest.fixture(name="lists")
def the_lists(tmp_path):
    folder = tmp_path / "lists"
    folder.mkdir()
    (folder / "a.rules").write_text(LISTS)
    return folder


def test_show_lists_rules(lists):
    status, said = run_on_terminal("rules", "show", lists)
    assert status == 0
    assert said == """\
rule  gives  of     shadow  alert  review  grounds  waits for words  file     \
line
r     theme  t      no         60      40        3                1  a.rules  \
   6
c     flag   crime  yes         -      50        1                -  a.rules  \
  14
d     flag   crime  no          -      50        1                1  a.rules  \
  20
"""
    assert [(x["rule"], x["kind"], x["alert"], x["waits_for_words"])
            for x in lines(run("show", lists))] == [
                ("r", "theme", 60, 1), ("c", "flag", None, None),
                ("d", "flag", None, 1)]


def test_show_what_a_rule_comes_to(lists):
    status, said = run_on_terminal("rules", "show", "--effective", lists, "r")
    assert status == 0
    assert said == """\
r "R"
  a.rules, line 6; theme t, alert from 60, review from 40
  waits for one of 1 words:
    words: "hare"
  give       40  log has "hare" near 5 @dogs and place is rural|edge
                   "dogs"
  give      10 each up to 30  text has "slip" | "slips"
  veto           flag crime
  lists
    @dogs: "dog", "hot dog", "hound*", "lurcher" ~1
        but not: "dog van"

"""
    found, = lines(run("show", "--effective", lists, "c"))
    assert (found["always_awake"], found["shadow"]) == (True, True)
    assert found["grounds"] == [{
        "kind": "give", "points": 50, "up_to": 50,
        "condition": "month is aug..mar", "because": None}]
    assert len(lines(run("show", "--effective", lists))) == 3


def test_show_code(lists):
    status, said = run_on_terminal("rules", "show", "--code", lists, "r")
    assert status == 0
    assert """\
  code
rule 0 r "R": theme t, alert from 60, review from 40, woken by words
  give 40  # dogs
       0  text
            n0  list 0 @dogs in log
            n1  list 2 "hare" in log
            n2  n0 near n1, at most 5 words
       1  skip    to 7 if false
       2  fact    place is urban
       3  fact    place is unknown
""" in said
    found, = lines(run("show", "--code", lists, "d"))
    assert found["code"].startswith('rule 2 d "D": flag crime')


def test_show_what_it_is_told(lists):
    done = run("show", lists, "nobody")
    assert done.returncode == 2 and "nobody" in done.stderr
    assert run("show", lists, "r", "c").returncode == 2
    done = run("show", "hare_coursing")
    assert done.returncode == 0 and lines(done)[0]["rule"] == "hare_coursing"
