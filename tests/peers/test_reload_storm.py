"""Rules rewritten under a running agent, a thousand times, mostly badly.

Files are torn, half-written, invalid or of two versions while the agent is told
to reload and incidents come in.  Whatever a tag was made with was one whole
version, and no incident is missing.
"""

import json
import os
import random
import subprocess
import threading

from support.process import wait_for
from whole import COURSING, alone, incident, make_agent, rows

RELOADS = 1000
# Each version is in three files; a mixed set would give reasons of two.
PART = """\
{themes}
rule part_{part} "Part {part}"
    theme hare-coursing
    give 30 when text has "coursing" because "version {version} part {part}"
    give 40 when text has "lurchers" because "version {version} part {part}"
    alert from 60, review from 30

test "part {part} of version {version}"
    CALL "coursing with lurchers"
    expect hare-coursing
"""
VERSIONS = range(5)


def text_of(version, part):
    themes = "themes hare-coursing\n" if part == 0 else ""
    return PART.format(version=version, part=part, themes=themes)


class Rules:
    """A rule folder behind a link, and the version it should be of."""

    def __init__(self, path, rng):
        self.path, self.rng = path, rng
        self.version, self.count = 0, 0
        self.whole()

    def write(self, part, text):
        with open(f"{self.path}/{part}.rules", "w", encoding="utf-8") as f:
            f.write(text)

    def whole(self):
        """Another version, all files at one instant: the link is moved."""
        self.version = self.rng.choice(VERSIONS)
        self.count += 1
        folder = f"{self.path}-{self.count}"
        os.mkdir(folder)
        for part in range(3):
            with open(f"{folder}/{part}.rules", "w", encoding="utf-8") as f:
                f.write(text_of(self.version, part))
        os.symlink(folder, f"{self.path}.new")
        os.rename(f"{self.path}.new", self.path)

    def torn(self):
        """A new version with one file cut off anywhere, where it stands."""
        self.whole()
        part = self.rng.randrange(3)
        text = text_of(self.version, part)
        self.write(part, text[:self.rng.randrange(len(text))])

    def invalid(self):
        """A new version with a word in it that no rule can have."""
        self.whole()
        part = self.rng.randrange(3)
        self.write(part, text_of(self.version, part).replace("give", "gvie"))

    def missing(self):
        """A new version of which one file is gone."""
        self.whole()
        os.unlink(f"{self.path}/{self.rng.randrange(1, 3)}.rules")


def hash_of(folder, program):
    done = subprocess.run([program, "rules", "check", "--json", folder],
                          capture_output=True, text=True, check=False)
    [found] = [w for w in done.stdout.replace('"', " ").split()
               if w.startswith("sha256:")]
    return found.rstrip(",")


class Feeder(threading.Thread):
    """Drops files of incidents until it is told to stop."""

    def __init__(self, agent):
        super().__init__(daemon=True)
        self.agent, self.ended, self.count = agent, threading.Event(), 0

    def run(self):
        while not self.ended.wait(0.01):
            self.agent.drop(f"{self.count}.ndjson", [
                incident(f"R-{self.count}-{i}", COURSING) for i in range(3)])
            self.count += 1


def is_one_version(evidence):
    reasons = {e["why"].rsplit(" part ")[0]
               for rule in json.loads(evidence) for e in rule["evidence"]}
    return len(reasons) == 1


def reload_once(agent, rules):
    act = rules.rng.choice([rules.whole, rules.whole, rules.torn,
                            rules.invalid, rules.missing])
    ready = agent.notified("READY=1")
    if rules.rng.random() < 0.5:  # told in the middle of the writing
        agent.hup()
        act()
    else:
        act()
        agent.hup()
    wait_for(lambda: agent.notified("READY=1") > ready, 20, "the reload")


def test_a_thousand_reloads(tmp_path):
    seed = int(os.environ.get("BUZZARD_SEED", random.randrange(1 << 30)))
    print(f"BUZZARD_SEED={seed}")
    config = alone(tmp_path)
    config["rules"] = str(tmp_path / "storm")
    rules = Rules(config["rules"], random.Random(seed))
    with make_agent(tmp_path, config) as agent:
        feeder = Feeder(agent)
        feeder.start()
        for _ in range(RELOADS):
            reload_once(agent, rules)
        rules.whole()
        agent.hup()
        feeder.ended.set()
        feeder.join()
        agent.drop("last.ndjson", [incident("LAST", COURSING)])
        agent.wait_taken("last.ndjson")
        wait_for(lambda: rows(agent, "SELECT count(*) FROM incident") ==
                 [(feeder.count * 3 + 1,)], 60, "every incident")
        log = agent.log()
        tags = rows(agent, "SELECT t.evidence, r.hash FROM tag t"
                    " JOIN rule_set r ON r.id = t.rule_set_id")
        assert agent.term() == 0
    assert log.count("reloaded rules=") > RELOADS / 5
    assert "reload failed" in log  # repeats are counted, not printed
    assert len(tags) == feeder.count * 3 + 1
    assert [t for t, _ in tags if not is_one_version(t)] == []
    # A file cut off behind its rule is one whole set more, by its hash.
    full = {h for t, h in tags if len(json.loads(t)) == 3}
    known = set()
    for _ in range(50):
        rules.whole()
        known.add(hash_of(rules.path, agent.program))
    assert len(full & known) > 1
