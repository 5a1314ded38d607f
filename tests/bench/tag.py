"""What "buzzard tag" does in a second, on one core, as a whole program.

The labelled corpus, each record a hundred times under ids of its own, from a
file to nowhere: reading, decoding, locating, tagging, looking for plates and
writing the answers.  Beside it, in the same run and on the same file, the same
with a rule set that never has anything to say, so that the difference is the
rules' share; and python's own JSON reader, as something known.  Reports only;
the fastest of five runs counts, which others on the machine can only slow.
"""

import json
import os
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from support.agent import ROOT, program  # noqa: E402

TIMES = 100
RUNS = 5
SILENT = """themes nothing
rule nothing "Nothing"
    theme nothing
    give 50 when text has "zzyzx"
    review from 50
"""


def corpus():
    shared = os.environ.get("BUZZARD_SHARED", f"{ROOT}/../shared")
    path = f"{shared}/corpus/dev.ndjson"
    return path if os.path.exists(path) else None


def multiply(source, path):
    """Each record TIMES times; the number of lines and bytes written."""
    with open(source, encoding="utf-8") as f:
        records = [json.loads(line) for line in f]
    lines = 0
    with open(path, "w", encoding="utf-8") as out:
        for time_no in range(TIMES):
            for record in records:
                record = dict(record, id=f"{record['id']}-{time_no}")
                out.write(json.dumps(record, ensure_ascii=False) + "\n")
                lines += 1
    return lines, os.path.getsize(path)


def one_core():
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})


def fastest(work):
    times = []
    for _ in range(RUNS):
        begun = time.monotonic()
        work()
        times.append(time.monotonic() - begun)
    return min(times)


def tag(path, *more):
    # preexec_fn: no thread runs in this program.
    subprocess.run([program(), "tag", *more, path],  # noqa: PLW1509
                   stdout=subprocess.DEVNULL, check=True, preexec_fn=one_core)


def parse(path):
    with open(path, encoding="utf-8") as f:
        for line in f:
            json.loads(line)


def main():
    source = corpus()
    if source is None:
        print("the labelled corpus is not beside the project "
              "(BUZZARD_SHARED): nothing is measured")
        return
    with tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/corpus.ndjson"
        lines, size = multiply(source, path)
        silent = f"{folder}/silent"
        os.mkdir(silent)
        with open(f"{silent}/silent.rules", "w", encoding="utf-8") as f:
            f.write(SILENT)
        print(f"{lines} incidents of {size / lines:.0f} bytes, one core")
        spent = {
            "buzzard tag": fastest(lambda: tag(path)),
            "  rules that are silent": fastest(
                lambda: tag(path, "--rules", silent)),
            "json.loads alone": fastest(lambda: parse(path)),
        }
        for what, seconds in spent.items():
            print(f"{what:26s} {lines / seconds:10,.0f} incidents/s "
                  f"{seconds / lines * 1e6:7.2f} us each")
        whole, silent = spent["buzzard tag"], spent["  rules that are silent"]
        print(f"the rules' share of the time: "
              f"{100 * (whole - silent) / whole:.0f} %")


if __name__ == "__main__":
    main()
