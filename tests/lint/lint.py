#!/usr/bin/python3
"""All checks that read the source: lint.py [ROOT].  Exit 1 if any fails."""

import sys
from pathlib import Path

import arrows
import contracts
import sizes
import words
from source import read_tree


def main(argv):
    root = argv[1] if len(argv) > 1 else str(
        Path(__file__).resolve().parents[2])
    sources = read_tree(root)
    checks = [
        ("arrows and doors", arrows.check(sources)),
        ("contracts and names", contracts.check(sources)),
        ("banned calls and state", words.check(sources)),
        ("unfinished work", words.check_unfinished(root)),
    ]
    failed = 0
    for name, found in checks:
        print(f"{name}: {'ok' if not found else f'{len(found)} found'}")
        for finding in found:
            print(f"  {finding}")
        failed += bool(found)
    print("\n".join(sizes.report(sources)))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
