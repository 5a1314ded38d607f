#!/usr/bin/python3
"""Sum the results of a test run: tally.py FOLDER.

Reads *.xml (JUnit, of ctest and of pytest) and the file checks (lines "passed
NAME" or "failed NAME").  A C program that uses cmocka counts as its tests.
Prints each failure's name and each skip's reason, then one line of figures.
"""

import re
import sys
import xml.etree.ElementTree as ET
from pathlib import Path


def _cmocka(output):
    """(passed, failed, skipped) that a cmocka program reported, or None."""
    if "[==========]" not in output:
        return None
    counts = [sum(int(n) for n in re.findall(
        rf"\[  {word}\s*\] (\d+) test\(s\)", output))
        for word in ("PASSED", "FAILED", "SKIPPED")]
    return counts if sum(counts) else None


def _reason(case, output):
    """Why it was skipped: the runner's message, or the line SKIP … of it."""
    skipped = case.find("skipped")
    said = re.findall(r"^SKIP:?\s+(.*)$", output, re.M)
    if said:
        return "; ".join(dict.fromkeys(said))
    message = skipped.get("message") if skipped is not None else None
    return message or "no reason given"


class Tally:
    def __init__(self):
        self.passed = self.failed = self.skipped = 0
        self.failures, self.skips = [], []

    def add_case(self, case):
        name = f"{case.get('classname') or ''}.{case.get('name')}".strip(".")
        name = case.get("name") if "/" in case.get("name", "") else name
        output = case.findtext("system-out") or ""
        inner = _cmocka(output)
        is_bad = (case.find("failure") is not None
                  or case.find("error") is not None)
        is_skipped = case.find("skipped") is not None
        if inner and not is_skipped:
            self.passed += inner[0]
            self.failed += max(inner[1], int(is_bad))
            self.skipped += inner[2]
        else:
            self.failed += is_bad
            self.skipped += is_skipped and not is_bad
            self.passed += not is_bad and not is_skipped
        if is_bad:
            self.failures.append(name)
        elif is_skipped or (inner and inner[2]):
            self.skips.append(f"{name}: {_reason(case, output)}")

    def add_check(self, line):
        verdict, name = line.split(" ", 1)
        self.passed += verdict == "passed"
        self.failed += verdict == "failed"
        if verdict == "failed":
            self.failures.append(name)


def read(folder):
    tally = Tally()
    for path in sorted(Path(folder).glob("*.xml")):
        for case in ET.parse(path).getroot().iter("testcase"):
            tally.add_case(case)
    checks = Path(folder, "checks")
    if checks.exists():
        for line in checks.read_text(encoding="utf-8").splitlines():
            tally.add_check(line)
    return tally


def main(argv):
    tally = read(argv[1])
    print()
    for reason in tally.skips:
        print(f"skipped {reason}")
    for name in tally.failures:
        print(f"FAILED {name}")
    print(f"{tally.passed} passed, {tally.failed} failed, "
          f"{tally.skipped} skipped")
    return 1 if tally.failed or not tally.passed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
