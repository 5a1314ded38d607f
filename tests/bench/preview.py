"""buzzard rules preview over 1,000,000 stored incidents.

Makes the database beside the program (or takes one that an earlier run with
--keep left), previews a copy of the packs in which one rule has changed, and
reports seconds, incidents a second, processor time and peak memory, on all
cores and on one.  The figures of both runs must be the same.  Reports only.

    preview.py [COUNT] [--keep]
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from support.agent import ROOT, program  # noqa: E402

PACKS = f"{ROOT}/rules/packs/essex"
EXTRA = """
rule bench_only "Bench only"
    theme livestock
    give 60 when text has "sheep" near 8 "dog bites"
    review from 50
"""
AIM_S = 30


def make_database(folder, count):
    path = f"{folder}/state/buzzard.db"
    if not os.path.exists(path):
        os.makedirs(f"{folder}/state", exist_ok=True)
        begun = time.monotonic()
        subprocess.run([f"{ROOT}/build/tests/bench/bench_preview", path,
                        str(count)], check=True)
        print(f"made in {time.monotonic() - begun:.0f} s, "
              f"{os.path.getsize(path) / 2**30:.1f} GiB")


def write_inputs(folder):
    """A configuration for that state, and the candidate's directory."""
    os.makedirs(f"{folder}/feed", exist_ok=True)
    with open(f"{folder}/buzzard.yaml", "w", encoding="utf-8") as f:
        json.dump({"state": f"{folder}/state", "rules": PACKS, "feeds": [
            {"name": "bench", "type": "directory",
             "path": f"{folder}/feed"}]}, f)
    candidate = f"{folder}/candidate"
    shutil.rmtree(candidate, ignore_errors=True)
    shutil.copytree(PACKS, candidate)
    with open(f"{candidate}/zz-bench.rules", "w", encoding="utf-8") as f:
        f.write(EXTRA)
    return candidate


def measure(folder, candidate, cores):
    """Run on those cores: (what it said, seconds, usage)."""
    begun = time.monotonic()
    # preexec_fn: no thread runs in this program.
    with subprocess.Popen(  # noqa: PLW1509
            [program(), "rules", "preview", candidate, "-c",
             f"{folder}/buzzard.yaml", "--figures"],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            preexec_fn=lambda: os.sched_setaffinity(0, cores)) as run:
        said = json.loads(run.stdout.read())
        _, status, usage = os.wait4(run.pid, 0)
        run.returncode = os.waitstatus_to_exitcode(status)
    assert run.returncode == 0
    return said, time.monotonic() - begun, usage


def report(said, seconds, usage, cores):
    count = said["incidents"]
    spent = usage.ru_utime + usage.ru_stime
    print(f"{count} incidents, {said['different']} otherwise, "
          f"{cores} core{'s' if cores > 1 else ''}: {seconds:.1f} s, "
          f"{count / seconds:,.0f} incidents/s, "
          f"{spent / count * 1e6:.1f} us of processor each, "
          f"peak memory {usage.ru_maxrss / 1024:.0f} MB")


def main(count, keep):
    folder = f"{ROOT}/build/bench-preview-{count}" if keep else \
        tempfile.mkdtemp(prefix="bench-preview.", dir=f"{ROOT}/build")
    try:
        make_database(folder, count)
        candidate = write_inputs(folder)
        cores = os.sched_getaffinity(0)
        both, seconds, usage = measure(folder, candidate, cores)
        report(both, seconds, usage, len(cores))
        print(f"seconds for {count} incidents on {len(cores)} cores: "
              f"{seconds:.1f}, aim for 1,000,000 on two: {AIM_S}")
        one, seconds, usage = measure(folder, candidate, {min(cores)})
        report(one, seconds, usage, 1)
        assert one == both, "threads made a difference"
    finally:
        if not keep:
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    words = [w for w in sys.argv[1:] if w != "--keep"]
    main(int(words[0]) if words else 1000000, "--keep" in sys.argv)
