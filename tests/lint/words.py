"""Banned calls, unfinished work, and state that hides in a file."""

import re
import subprocess
from pathlib import Path, PurePath

from source import Finding, blank

# Call -> what to use.
BANNED = {
    "strcpy": "struct str or buf_add", "strcat": "buf_add",
    "sprintf": "snprintf or buf_addf", "vsprintf": "vsnprintf",
    "strncpy": "struct str", "strncat": "buf_add", "strtok": "struct str",
    "gets": "files", "atoi": "a parser that reports errors",
    "atol": "a parser that reports errors",
    "atof": "a parser that reports errors", "alloca": "an arena",
    "rand": "random.h", "srand": "random.h", "random": "random.h",
    "assert": "CHECK", "system": "posix_spawn", "popen": "posix_spawn",
    "tmpnam": "mkstemp", "mktemp": "mkstemp", "localtime": "clock.h",
    "gmtime": "clock.h", "ctime": "clock.h", "asctime": "clock.h",
}
# Call -> the only files that may make it.
RESERVED = {
    "malloc": ("alloc.c",), "calloc": ("alloc.c",), "realloc": ("alloc.c",),
    "strdup": ("alloc.c", "str.c"), "time": ("clock.c",),
    "clock_gettime": ("clock.c",), "gettimeofday": ("clock.c",),
    "getrandom": ("random.c",),
}
UNFINISHED = re.compile(
    r"\b(TODO|FIXME|XXX|HACK)\b"
    r"|(?i:\bnot (?:yet )?implemented\b|\bfor now\b)")
TEXT = {".c", ".h", ".py", ".md", ".rules", ".yaml", ".cmake", ".txt", ".js",
        ".css", ".html", ".service", ".conf", ".json", ".sh", ""}
# These name the words in order to forbid them.
NAMES_THEM = ("tests/lint/", "docs/HACKING.md")
# main's own, and the few that are by nature one for the process; hash.c keeps
# the digest that it fetches once.
STATE = ("main.c", "log.c", "clock.c", "random.c", "failpoint.c", "hash.c")


def _calls(source):
    found = []
    for match in re.finditer(r"(?<![\w.>])([a-z_]\w*)\s*\(", source.code):
        name = match.group(1)
        line = source.code.count("\n", 0, match.start()) + 1
        if name in BANNED:
            found.append(Finding(source.path, line, f"{name}() is banned: use "
                                 f"{BANNED[name]}"))
        doors = RESERVED.get(name)
        if doors and PurePath(source.path).name not in doors:
            found.append(Finding(source.path, line, f"{name}() only in "
                                 f"{' and '.join(doors)}"))
    return found


def _is_mutable(statement):
    """Is this declaration a variable that can change?"""
    if re.match(r"(typedef|struct\s+\w+\s*[;{]|enum\b|union\b|_Static_assert"
                r"|extern\b)", statement) and not re.search(
                    r"\}\s*\w+[^;]*;$", statement):
        return False
    head = re.split(r"=", statement, maxsplit=1)[0]
    head = re.sub(r"__attribute__\s*\(\(.*?\)\)", "", head, flags=re.S)
    if re.search(r"\)\s*(;|\{|$)", head) and not re.search(
            r"\(\s*\*", head):
        return False
    if statement.startswith("typedef"):
        return False
    declarator = re.sub(r"\{.*\}", "", head, flags=re.S)
    function_pointer = re.search(r"\(\s*\*([^()]*)\)", declarator)
    if function_pointer:
        return "const" not in function_pointer.group(1)
    if "*" in declarator:
        return "const" not in declarator.rsplit("*", 1)[1]
    return "const" not in declarator


def _state(source):
    if source.is_header or PurePath(source.path).name in STATE:
        return []
    found = []
    for line, statement in source.statements():
        if not _is_function(statement) and _is_mutable(statement):
            found.append(Finding(source.path, line, "a variable of the file "
                                 "that can change; pass a context instead"))
    for function in source.functions:
        for match in re.finditer(
                r"^\s+static\s+((?:[^;={]|\{[^{}]*\})*)[;=]", function.body,
                re.M):
            if _is_mutable(match.group(1) + ";"):
                line = function.line + function.body.count(
                    "\n", 0, match.start(1))
                found.append(Finding(source.path, line, "a static variable "
                                     "that can change; pass a context "
                                     "instead"))
    return found


def _is_function(statement):
    return re.search(r"\)\s*\{", statement.split("=", 1)[0]) is not None


def _tracked(root):
    """Files that git knows or would take."""
    listed = subprocess.run(
        ["git", "-C", root, "ls-files", "-co", "--exclude-standard"],
        capture_output=True, text=True)
    if listed.returncode == 0:
        return sorted(set(listed.stdout.split("\n")) - {""})
    names = (str(p.relative_to(root)) for p in Path(root).rglob("*")
             if p.is_file())
    return sorted(n for n in names if not n.startswith(("build", ".git/"))
                  and "__pycache__" not in n)


def check_unfinished(root, paths=None):
    found = []
    for path in _tracked(root) if paths is None else paths:
        if path.startswith(NAMES_THEM) or PurePath(path).suffix not in TEXT:
            continue
        try:
            text = Path(root, path).read_text(encoding="utf-8")
        except (UnicodeDecodeError, FileNotFoundError):
            continue
        if path.endswith((".c", ".h")):
            # In code, words of the language's users may stand in literals.
            code = blank(text)
            text = "\n".join(
                _comments_of(full, bare) for full, bare in zip(
                    text.split("\n"), code.split("\n"), strict=True))
        for number, line in enumerate(text.split("\n"), 1):
            match = UNFINISHED.search(line)
            if match:
                found.append(Finding(path, number, "unfinished: "
                                     f"{match.group()!r}"))
    return found


def _comments_of(full, bare):
    """The line without what is inside its literals."""
    quoted = re.compile(r"\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'")
    return full if quoted.search(bare) is None else quoted.sub("''", full)


def check(sources):
    return [f for source in sources for f in _calls(source) + _state(source)]
