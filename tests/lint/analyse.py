#!/usr/bin/python3
"""The compilers' and others' analysers over all files, two at a time.

    analyse.py BUILD-FOLDER [TOOL ...]

BUILD-FOLDER has the compile_commands.json of a configured clang build.  What
a tool said of a file is kept there under the hash of the file as the
preprocessor leaves it (with the tool's settings), so that a second run reads
only what changed.  Exit 1 if any tool finds anything.

clang-tidy's path-following checks take nineteen twentieths of its time; the
tool "clang-tidy-quick" leaves them out.
"""

import hashlib
import json
import os
import shlex
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# gcc's, where clang has none of the name.
GCC = ["-fanalyzer", "-Werror", "-Wno-analyzer-too-complex"]
CPPCHECK = ["--enable=warning,performance,portability", "--inline-suppr",
            "--quiet", "--std=c17", "--error-exitcode=1",
            "--suppress=missingIncludeSystem", "--suppress=unmatchedSuppression",
            # Guesses whether a NULL check elsewhere means anything here; the
            # three analysers beside it follow the paths.
            "--suppress=nullPointerRedundantCheck",
            "--template={file}:{line}: {severity}: {message} [{id}]"]


def flags_of(entry):
    """The includes and definitions of a compilation."""
    words = shlex.split(entry["command"])
    keep = []
    for at, word in enumerate(words):
        if word.startswith(("-I", "-D", "-std=")):
            keep.append(word)
        elif word == "-isystem":
            keep += [word, words[at + 1]]
    return keep


def command(tool, entry, build):
    path, flags = entry["file"], flags_of(entry)
    if tool.startswith("clang-tidy"):
        quick = ["--checks=-clang-analyzer-*"] if tool.endswith("quick") else []
        return ["clang-tidy", "--quiet", *quick, "-p", build, path]
    if tool == "cppcheck":
        return ["cppcheck", *CPPCHECK,
                *(f for f in flags if f.startswith(("-I", "-D"))
                  and "/usr" not in f), path]
    return ["gcc", "-O2", *flags, *GCC, "-c", path, "-o", "/dev/null"]


def settings(tool):
    """What changes a tool's answer beside the file."""
    if tool.startswith("clang-tidy"):
        return (ROOT / ".clang-tidy").read_text(encoding="utf-8")
    return " ".join(GCC + CPPCHECK)


def fingerprint(entry):
    done = subprocess.run(["gcc", *flags_of(entry), "-E", "-C", entry["file"]],
                          capture_output=True, check=False)
    return hashlib.sha256(done.stdout + done.stderr).hexdigest()


def analyse(tool, entry, build, kept):
    key = hashlib.sha256(
        f"{tool} {settings(tool)} {entry['print']}".encode()).hexdigest()
    known = kept / key
    if known.exists():
        return json.loads(known.read_text(encoding="utf-8"))
    done = subprocess.run(command(tool, entry, build), capture_output=True,
                          text=True, cwd=ROOT, check=False)
    noise = ("warnings generated", "Suppressed ", "Use -header-filter",
             "warning generated", "warnings treated as errors",
             "Use -system-headers")
    said = "\n".join(line for line in
                     (done.stdout + done.stderr).splitlines()
                     if not any(word in line for word in noise)).strip()
    answer = {"failed": done.returncode != 0, "said": said}
    known.write_text(json.dumps(answer), encoding="utf-8")
    return answer


def ours(build):
    """The program's own files, in a settled order, each once: of one that is
    compiled with failpoints too, as it is without them."""
    with open(f"{build}/compile_commands.json", encoding="utf-8") as f:
        entries = json.load(f)
    folders = tuple(f"{ROOT}/{name}/" for name in ("agent", "alerts", "rules"))
    entries = [e for e in entries if e["file"].startswith(folders)]
    entries.sort(key=lambda e: "-DBUZZARD_FAILPOINTS" not in e["command"])
    once = {e["file"]: e for e in entries}
    return [once[path] for path in sorted(once)]


def main(argv):
    build = argv[1]
    tools = argv[2:] or ["clang-tidy", "cppcheck", "gcc-analyzer"]
    kept = Path(build, "analysed")
    kept.mkdir(exist_ok=True)
    entries, failed = ours(build), 0
    with ThreadPoolExecutor(os.cpu_count() or 2) as pool:
        for entry, text in zip(entries, pool.map(fingerprint, entries)):
            entry["print"] = text
        for tool in tools:
            begun = time.monotonic()
            answers = list(pool.map(
                lambda e, t=tool: analyse(t, e, build, kept), entries))
            bad = [a["said"] for a in answers if a["failed"]]
            print(f"{tool}: {len(entries)} files, "
                  f"{f'{len(bad)} with findings' if bad else 'ok'} "
                  f"({time.monotonic() - begun:.0f} s)", flush=True)
            for said in bad:
                print(said)
            failed += bool(bad)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
