"""The manual page and the completion say what --help says."""

import functools
import re
import subprocess

import pytest

from support.agent import ROOT, program

PAGE = f"{ROOT}/packaging/man/buzzard.1"
AGENT_PAGE = f"{ROOT}/packaging/man/buzzard-agent.8"
RULES_PAGE = f"{ROOT}/packaging/man/buzzard-rules.5"
COMPLETION = f"{ROOT}/packaging/completions/buzzard"


@functools.cache
def run(*words):
    return subprocess.run([program(), *words], capture_output=True, text=True,
                          check=True).stdout


def commands():
    """{name: help line}, from the program's own help."""
    return dict(re.findall(r"^  ([a-z]+) +(.*)$", run("--help"), re.M))


def verbs(command):
    """The words that can follow it: list, show; from its own help."""
    found = re.findall(rf"buzzard {command} ([a-z|]+)", run(command, "--help"))
    return set("|".join(found).split("|")) - {""}


def options(*words):
    """{option: its value or ""}, from the help of a command, or of a verb."""
    found = re.findall(r"^  (-[-a-z]+)(?: ([A-Z=]+))?  ", run(*words, "--help"),
                       re.M)
    return {name: value for name, value in found if name != "--help"}


def all_options(command):
    """The options of the command and of each of its verbs."""
    found = options(command)
    for verb in verbs(command):
        found.update(options(command, verb))
    return found


def plain(roff):
    """The text of some roff without escapes and font macros."""
    text = re.sub(r"^\.(?:B|I|BI|BR|RI|RB|IR) ", "", roff, flags=re.M)
    return text.replace("\\-", "-").replace('"', "")


def sections(path, macro):
    """{title: text} of the page."""
    with open(path, encoding="utf-8") as f:
        parts = re.split(rf"^\.{macro} (.*)\n", f.read(), flags=re.M)
    return dict(zip(map(plain, parts[1::2]), map(plain, parts[2::2])))


def described(text):
    """{option: its value or ""}: the tagged paragraphs of a section."""
    found = re.findall(r"^\.TP\n(-[-a-z]+)(?: +([A-Z=]+))?$", text, re.M)
    return dict(found)


def complete(*words):
    """What bash offers for the last of words."""
    script = (f'PATH="$(dirname {program()}):$PATH"; source {COMPLETION}; '
              'COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _buzzard buzzard; '
              'printf "%s\\n" "${COMPREPLY[@]}"')
    done = subprocess.run(["bash", "-c", script, "bash", "buzzard", *words],
                          capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_there_are_commands():
    assert {"agent", "check", "tag"} <= set(commands())
    assert options("check") == {"-c": "FILE", "--connect": ""}


@pytest.mark.parametrize("command", commands())
def test_page_has_the_options_of_the_help(command):
    titles = {t.split()[1]: body for t, body in
              sections(PAGE, "SS").items() if t.startswith("buzzard ")}
    assert command in titles, f"buzzard.1 has no section for {command}"
    assert described(titles[command]) == all_options(command)


@pytest.mark.parametrize("command", commands())
def test_page_has_the_verbs_of_the_help(command):
    title = next(t for t in sections(PAGE, "SS")
                 if t.split()[:2] == ["buzzard", command])
    shown = title.split()[2:3]
    assert set((shown[0] if shown else "").split("|")) - {""} == \
        verbs(command)


def test_page_has_no_other_commands():
    assert {t.split()[1] for t in sections(PAGE, "SS")} == set(commands())


def test_agent_page_has_the_options_of_the_help():
    assert described(sections(AGENT_PAGE, "SH")["OPTIONS"]) == \
        options("agent")


def test_rules_page_names_every_word_of_the_language(tmp_path):
    """What the program says of a wrong line is what the page has."""
    page = plain(open(RULES_PAGE, encoding="utf-8").read())
    wrong = tmp_path / "a.rules"
    for text in ("nonsense", "rule a \"A\"\n    nonsense",
                 "context a\n    nonsense"):
        wrong.write_text(text + "\n")
        done = subprocess.run([program(), "rules", "check", tmp_path],
                              capture_output=True, text=True, check=False)
        note = re.search(r"(?:made of|begin with) ([^\"]*)",
                         done.stdout + done.stderr).group(1)
        named = re.findall(r"[a-z]{3,}", note)
        assert len(named) > 5
        for word in set(named) - {"and"}:
            assert re.search(rf"\b{word}\b", page), word


def test_rules_page_example_is_right(tmp_path):
    with open(RULES_PAGE, encoding="utf-8") as f:
        example = re.search(r"\.SH EXAMPLE\n\.nf\n(.*?)\.fi", f.read(),
                            re.S).group(1)
    (tmp_path / "a.rules").write_text(example.replace("\\-", "-"))
    for verb in ("check", "test"):
        subprocess.run([program(), "rules", verb, tmp_path], check=True,
                       capture_output=True)


def test_pages_are_set_without_a_warning():
    for page in (PAGE, AGENT_PAGE, RULES_PAGE,
                 f"{ROOT}/packaging/man/buzzard.yaml.5"):
        done = subprocess.run(["groff", "-man", "-ww", "-Tutf8", "-z", page],
                              capture_output=True, text=True, check=False) \
            if have("groff") else None
        if done is None:
            pytest.skip("groff is not installed")
        assert done.returncode == 0 and not done.stderr, done.stderr


def have(tool):
    return subprocess.run(["bash", "-c", f"command -v {tool}"],
                          stdout=subprocess.DEVNULL, check=False).returncode \
        == 0


def test_completion_offers_what_there_is():
    assert complete("") == set(commands()) | {"--help", "--version"}
    assert complete("i") == {"import", "incident"}
    for command in commands():
        assert complete(command, "-") == set(options(command)) | {"--help"}
        for verb in verbs(command):
            assert complete(command, verb, "-") == \
                set(options(command, verb)) | {"--help"}
    assert complete("outbox", "") == {"list", "show", "retry"}
    assert complete("config", "s") == {"show"}
    assert complete("import", "") >= {"boundaries", "layer"}
    assert complete("import", "b") == {"boundaries"}
