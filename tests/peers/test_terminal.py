"""What commands print on a terminal: nothing from outside steers it."""

import json
import re
import subprocess

import pytest

from support.agent import program
from support.terminal import run_on_terminal
from whole import SMALL_PACK, alone, incident, make_agent

# Cursor, colours, title, C1, direction of writing, a line that is none.
EVIL = "\x1b[2J\x1b]0;title\x07\u009b31m\u202egnp\u2066\r\nforged: line\x7f"
HARMFUL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f"
                     "\u2028-\u202e\u2060-\u206f]")
FORGED = re.compile(r"^forged", re.MULTILINE)


def on_terminal(agent, *args, **env):
    """What a command writes to a terminal, its line ends as one character."""
    status, said = run_on_terminal(*args, "-c", agent.config_path, env=env)
    assert status == 0, said
    return said


@pytest.fixture(name="agent", scope="module")
def the_agent(tmp_path_factory):
    folder = tmp_path_factory.mktemp("terminal")
    evil = incident("E\u202eA", f"coursing with lurchers {EVIL}",
                    grade=f"2{EVIL}", district=f"Nowhere{EVIL}",
                    location_text=f"Hollow Barn{EVIL}",
                    opening_code=f"code{EVIL}")
    evil["log"][0]["by"] = f"CALL{EVIL}"
    assert "lurchers" in SMALL_PACK
    with make_agent(folder, alone(folder)) as agent:
        name = "a\x1b[31m\u202e.ndjson"
        agent.drop(name, [evil, {"id": "B", "opened_at": EVIL}])
        agent.wait_taken(name)
        yield agent


@pytest.mark.parametrize("args, said", [
    (["incident", "list"], "hare-coursing alert"),
    (["incident", "show", "E\u202eA"], "Hollow Barn\\x1b[2J"),
    (["quarantine", "list"], "\\x1b[31m"),
    (["quarantine", "show", 1], "opened_at"),
    (["outbox", "list", "--all"], "last reply"),
], ids=lambda a: "-".join(map(str, a[:2])) if isinstance(a, list) else "")
def test_nothing_steers_the_terminal(agent, args, said):
    text = on_terminal(agent, *args)
    assert said in text
    assert not HARMFUL.search(text), repr(text)
    assert not FORGED.search(text), repr(text)


def test_colours_are_all_that_differs(agent):
    plain = on_terminal(agent, "incident", "list")
    coloured = on_terminal(agent, "incident", "list", NO_COLOR="")
    assert "\x1b[1mreference\x1b[0m" in coloured
    assert re.sub("\x1b\\[[0-9]*m", "", coloured) == plain
    assert on_terminal(agent, "incident", "list", NO_COLOR="",
                       TERM="dumb") == plain


@pytest.mark.parametrize("args", [["incident", "list"],
                                  ["quarantine", "list"]])
def test_columns_stand_below_their_titles(agent, args):
    lines = [line for line in on_terminal(agent, *args).splitlines()
             if ": warning:" not in line]
    head, row = lines[:2]
    titles = re.split("  +", head.strip())
    assert len(titles) > 5
    for title in titles[1:]:
        at = head.index(f"  {title}") + 2
        if title in ("line", "column", "bytes"):  # numbers end together
            at += len(title) - 1
            assert row[at].isdigit() and row[at + 1] == " "
        else:
            assert row[at - 1] == " " and row[at] != " "


@pytest.mark.parametrize("args, keys", [
    (["incident", "list"], {"ref", "opened_at", "themes", "grid_ref"}),
    (["quarantine", "list"], {"id", "file", "line", "reason"}),
    (["outbox", "list", "--all"], {"id", "state", "last_error"}),
], ids=lambda a: a[0] if isinstance(a, list) else "")
def test_json_on_a_terminal_is_that_of_a_pipe(agent, args, keys):
    shown = [line for line in
             on_terminal(agent, *args, "--json").splitlines()
             if ": warning:" not in line]
    done = subprocess.run([program(), *args, "-c", agent.config_path],
                          capture_output=True, text=True, check=True)
    assert shown == done.stdout.splitlines()
    for line in shown:
        assert keys <= set(json.loads(line))
