"""Every exported function and type has its contract, and its file's name."""

import re

from source import Finding

# Names that a header exports beside those that begin with its own, and why.
ALSO = {
    "agent/base/own.h": r"AUTO|TAKE|NODISCARD|take_tmp_",  # words of the style
    "agent/base/check.h": r"CHECK",                        # likewise
    "agent/base/failpoint.h": r"FAILPOINT",
    "agent/base/str.h": r"buf(_.*)?",       # the growing twin of struct str
    "agent/base/alloc.h": r"x.*",           # aborts, as in libiberty
    "rules/ruleset.h": r"rules_.*",         # the layer's own door
    "rules/diag.h": r"span",                # what a diagnostic underlines
    "rules/parse_private.h": r"parser",     # the one who parses
    "rules/compile_private.h": r"compiler",
    "rules/check_private.h": r"checker",
    "rules/explain_private.h": r"explainer",
    "rules/engine.h": r"ruleset|rules_scratch",  # opaque in ruleset.h
}


def _is_ours(source, name):
    """The stem, or one of them: towns.h has struct town."""
    stem = re.sub(r"_private$", "", source.stem)
    also = ALSO.get(source.path)
    one = re.escape(stem.removesuffix("s"))
    return (re.match(rf"{one}s?(_|$)", name, re.I) is not None
            or (also is not None and re.fullmatch(also, name) is not None))


def _declared(statement):
    """(kind, name) of a statement in a header; None: nothing new."""
    match = re.match(r"(?:typedef\s+)?(struct|enum|union)\s+(\w+)\s*\{",
                     statement)
    if match:
        return match.group(1), match.group(2)
    if re.fullmatch(r"(struct|enum|union)\s+\w+;", statement):
        return None
    if statement.startswith("typedef"):
        match = re.search(r"\(\s*\*\s*(\w+)\s*\)|(\w+)\s*;$", statement)
        return "typedef", match.group(1) or match.group(2)
    if statement.startswith("_Static_assert"):
        return None
    head = re.sub(r"__attribute__\s*\(\(.*?\)\)", "", statement, flags=re.S)
    match = re.search(r"(\w+)\s*\(", head)
    if match:
        return "function", match.group(1)
    match = re.search(r"(\w+)\s*(?:\[[^\]]*\])*\s*;$", head)
    return ("variable", match.group(1)) if match else None


def _has_comment_above(source, line, kind, starts):
    """Directly above, or above the first of a group without blank lines."""
    while line >= 2:
        above = source.lines[line - 2].rstrip()
        if above.endswith("*/") or above.lstrip().startswith("//"):
            return True
        group = [at for at, what in starts if at < line and what == kind]
        if kind not in ("function", "typedef") or not above or not group:
            return False
        line = group[-1]
    return False


def _is_in_top_comment(source, kind, name):
    """The module's own type may have its contract in the first comment."""
    top = source.text.split("*/", 1)[0]
    stem = re.sub(r"_private$", "", source.stem)
    return kind != "function" and (
        name == stem or re.search(rf"\b{kind}\s+{name}\b", " ".join(
            top.replace("*", " ").split())) is not None)


def check(sources):
    found = []
    for source in sources:
        if not source.is_header:
            continue
        if not source.text.startswith("/*"):
            found.append(Finding(source.path, 1, "no paragraph at the top that"
                                 " says what the module is"))
        starts = []
        for line, statement in source.statements():
            declared = _declared(statement)
            if not declared:
                continue
            kind, name = declared
            starts.append((line, kind))
            if not (_has_comment_above(source, line, kind, starts)
                    or _is_in_top_comment(source, kind, name)):
                found.append(Finding(source.path, line,
                                     f"{kind} {name} has no contract: a "
                                     "comment directly above it"))
            if not _is_ours(source, name):
                found.append(Finding(source.path, line,
                                     f"{kind} {name} does not begin with the "
                                     f"file's name, {source.stem}"))
    return found
