"""The size figures and those who stand out; figures fail nothing."""

import re
from statistics import median


def _percentile(values, part):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))]


def _nesting(body):
    depth = deepest = 0
    for char in body:
        depth += (char == "{") - (char == "}")
        deepest = max(deepest, depth)
    return deepest - 1


def _functions(sources):
    rows = [(f, s) for s in sources for f in s.functions]
    if not rows:
        return []
    sizes = [f.lines for f, _ in rows]
    over = sum(1 for n in sizes if n > 60)
    out = [f"functions: {len(sizes)}, median {median(sizes):g} lines "
           f"(aim 15), p95 {_percentile(sizes, .95)}, longest {max(sizes)}, "
           f"over 60: {100 * over / len(sizes):.1f} % (aim < 6)"]
    for function, source in sorted(rows, key=lambda r: -r[0].lines):
        notes = []
        if function.lines > 40:
            notes.append(f"{function.lines} lines")
        if function.parameters > 5:
            notes.append(f"{function.parameters} parameters")
        if _nesting(function.body) > 3:
            notes.append(f"nesting {_nesting(function.body)}")
        if notes:
            out.append(f"  {source.path}:{function.line} {function.name}: "
                       f"{', '.join(notes)}")
    return out


def _files(sources, is_header, aim, soft):
    rows = [(len(s.lines) - 1, s.path) for s in sources
            if s.is_header == is_header]
    if not rows:
        return []
    sizes = [n for n, _ in rows]
    kind = ".h" if is_header else ".c"
    out = [f"{kind} files: {len(sizes)}, median {median(sizes):g} lines "
           f"(aim {aim}), largest {max(sizes)}"]
    out += [f"  {path}: {n} lines" for n, path in sorted(rows, reverse=True)
            if n > soft]
    return out


def _widest(sources):
    """Headers by the share of files that include them."""
    count = {}
    for source in sources:
        for _, own, _ in source.includes:
            if own:
                count[own] = count.get(own, 0) + 1
    if not count:
        return []
    free = ("agent/base/err.h", "agent/base/log.h", "agent/base/own.h")
    rows = sorted(count.items(), key=lambda r: -r[1])
    out = ["widest headers (aim at most 40 % of files but for err, log, own):"]
    for path, n in rows[:5]:
        share = 100 * n / len(sources)
        mark = "  over" if share > 40 and path not in free else ""
        out.append(f"  {path}: {share:.0f} %{mark}")
    return out


def _comments(sources):
    total = sum(len(s.lines) for s in sources)
    commented = sum(
        1 for s in sources for full, bare in zip(s.lines, s.code.split("\n"))
        if full.strip() and not re.sub(r"\s", "", bare))
    return [f"comment lines: {100 * commented / total:.0f} % (aim 15 to 30)"]


def report(sources):
    """Lines to print."""
    if not sources:
        return []
    return (_functions(sources) + _files(sources, False, "150 to 350", 500)
            + _files(sources, True, "40 to 80", 150) + _widest(sources)
            + _comments(sources))
