"""The instants are in the program that is killed at them, and in no other."""

import re
from pathlib import Path

from support.agent import ROOT, program

BUILD = "build/tests/crash"


def names():
    found = set()
    for folder in ("agent", "alerts", "rules"):
        for path in Path(ROOT, folder).rglob("*.c"):
            found |= set(re.findall(r'FAILPOINT\("([^"]+)"\)',
                                    path.read_text(encoding="utf-8")))
    return found


def test_every_failpoint_is_in_the_program():
    """A file whose failpoints were left out would never be killed there."""
    code = Path(program(BUILD)).read_bytes()
    assert len(names()) > 20
    assert [n for n in names() if n.encode() + b"\0" not in code] == []


def test_what_is_shipped_has_none():
    assert b"BUZZARD_FAILPOINT" not in Path(program()).read_bytes()
    assert b"BUZZARD_FAILPOINT" in Path(program(BUILD)).read_bytes()
