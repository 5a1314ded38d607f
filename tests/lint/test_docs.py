"""What the documents say of the tree is so."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))

import arrows  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]
DOCS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]

# The first part of a name that is to be looked for in the tree.
TOP = ("agent", "alerts", "rules", "tests", "packaging", "systemd", "docs")
# How people say the layers' folders: `base/json` for agent/base/json.c.
LAYERS = ("base", "conf", "incident", "geo", "feeds", "store", "cmd")
# What a build makes, what a recipe makes, what is a pattern for people.
MADE = re.compile(r"packet|datagram|cmd_where|NAME|KIND|<|\*|fuzz_")
# Functions that are patterns for people.
PATTERNS = {"outbox_verb_object"}
# Kinds of names that stand alone, for a file somewhere in the tree.
ALONE = re.compile(r"^[\w-]+\.(?:c|h|def|py|patch)$")


def files():
    """All files that git knows or would take, and the folders they are in."""
    listed = subprocess.run(
        ["git", "-c", "safe.directory=*", "-C", ROOT, "ls-files", "-co",
         "--exclude-standard"],
        capture_output=True, text=True, check=True).stdout.split("\n")
    return {f for f in listed if f} | {
        str(p) for f in listed for p in Path(f).parents}


def named(text):
    """The words in `code` and the targets of links."""
    spans = re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", text,
                                              flags=re.S))
    words = [w for span in spans for w in re.split(r"[\s,;:()]+", span)]
    links = re.findall(r"\]\(([^)#\s]+)", text)
    return words, [link for link in links if "://" not in link]


def missing(doc, text, tree):
    """Each name in the document that leads to no file."""
    words, links = named(text)
    names = {Path(f).name for f in tree}
    for link in links:
        target = (doc.parent / link).resolve().relative_to(ROOT)
        if str(target) not in tree:
            yield link
    for word in words:
        word = word.rstrip("/.")
        first = word.split("/")[0]
        if MADE.search(word):
            continue
        if "/" in word and first in TOP:
            if word not in tree and not exists_as_module(word, tree):
                yield word
        elif "/" in word and first in LAYERS:
            if not exists_as_module(f"agent/{word}", tree):
                yield word
        elif ALONE.match(word) and word not in names:
            yield word


def exists_as_module(word, tree):
    return word in tree or f"{word}.c" in tree


def test_missing_finds_what_is_not_there():
    tree = {"agent/base", "agent/base/json.c", "docs/A.md"}
    doc = ROOT / "docs/A.md"
    text = ("`agent/base/json.c` `base/json` `json.c` [a](A.md) `x.y/z` "
            "`agent/base/gone.c` `base/gone` `gone.c` [b](B.md)")
    assert list(missing(doc, text, tree)) == [
        "B.md", "agent/base/gone.c", "base/gone", "gone.c"]


@pytest.mark.parametrize("doc", DOCS, ids=lambda d: d.name)
def test_every_path_is_there(doc):
    assert list(missing(doc, doc.read_text(), files())) == []


def test_the_doors_to_libraries_are_named():
    text = (ROOT / "docs/ARCHITECTURE.md").read_text()
    row = next(line for line in text.split("\n") if "one door" in line)
    shown = {f"agent/{name}.c" for name in re.findall(r"`([\w/]+)`", row)}
    doors = {file for files in arrows.DOORS.values() for file in files}
    assert doors <= shown <= doors | {"agent/base/mail.c"}


def functions():
    """Every name that is followed by an opening bracket in the code."""
    found = set()
    for folder in ("agent", "alerts", "rules", "tests"):
        for path in (ROOT / folder).rglob("*.[ch]"):
            found |= set(re.findall(r"\b([a-z_0-9]+)\s*\(", path.read_text()))
    return found


@pytest.mark.parametrize("doc", DOCS, ids=lambda d: d.name)
def test_every_function_is_there(doc):
    called = {w for span in re.findall(r"`([^`\n]+)`", doc.read_text())
              for w in re.findall(r"\b([a-z0-9]+_[a-z_0-9]+)\(\)", span)}
    assert called - functions() - PATTERNS == set()


def chain():
    """The functions of "A line in a file, and the functions it passes"."""
    text = (ROOT / "docs/ARCHITECTURE.md").read_text()
    start = text.index("the functions it passes:")
    part = text[start:text.index("\n\n", start)]
    return [w.split()[-1] for w in re.findall(r"`([^`]+)`", part)]


def test_the_chain_of_functions_is_there():
    names = chain()
    assert len(names) > 10
    # send and done are members of a channel's table and events.
    assert set(names) - functions() - {"send", "done"} == set()


LITERAL = r'"(?:[^"\\]|\\.)*"'
LOG = re.compile(rf"\blog_(error|warn|info)\(((?:\s*(?:{LITERAL}|PRI\w+))+)")


def log_lines():
    """(level, text up to the first value) of each log line in the code."""
    for folder in ("agent", "alerts"):
        for path in sorted((ROOT / folder).rglob("*.c")):
            for level, text in LOG.findall(path.read_text()):
                words = "".join(re.findall(LITERAL, text)).replace('""', "")
                yield level, words.strip('"').replace('\\"', '"')


def sentence(text):
    """The longest part of a log line's sentence that has no value in it."""
    text = re.split(r" [a-z_]+=", text)[0]
    return max((p.strip(" :,;") for p in re.split(r"%\.?\*?[a-z]+", text)),
               key=len)


def test_sentence():
    assert sentence("file taken feed=%s file=%s") == "file taken"
    assert sentence("%zu of the %zu tests in the rules of %s fail: the") == \
        "tests in the rules of"


def test_operations_knows_every_log_line():
    page = " ".join((ROOT / "docs/OPERATIONS.md").read_text().split())
    shown = re.findall(r"`([^`]+)`", page)
    unknown = {(level, text) for level, text in log_lines()
               if not text.startswith("alert %s ")  # delivered, delayed, dead
               and not any(s in text for s in shown if len(s.split()) > 1)
               and sentence(text) not in shown}
    assert unknown == set()


def test_operations_has_no_line_that_is_not_there():
    page = (ROOT / "docs/OPERATIONS.md").read_text()
    rows = re.findall(r"^\| (?:info|warn|error|warn, error) \| (.*?) \|", page,
                      re.M)
    said = [text for _, text in log_lines()]
    assert len(rows) > 30
    for row in rows:
        for shown in re.findall(r"`([^`]+)`", row)[:1]:
            start = "alert %s" if shown.startswith("alert de") else shown
            assert any(start in text for text in said), shown
