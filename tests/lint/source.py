"""C files as the checks need them: text, text without comments, functions."""

import re
from dataclasses import dataclass
from pathlib import Path

CODE = ("agent", "alerts", "rules")


@dataclass
class Finding:
    """One thing that is wrong, at its place."""
    path: str
    line: int
    text: str

    def __str__(self):
        return f"{self.path}:{self.line}: {self.text}"


@dataclass
class Function:
    name: str
    line: int         # of its name
    lines: int        # from the name to the closing brace
    parameters: int
    body: str         # without comments and literals


def blank(text, literals=True):
    """text with comments (and literals) as spaces, line breaks kept."""
    pattern = re.compile(
        r"//[^\n]*|/\*.*?\*/|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'",
        re.S)

    def spaces(match):
        found = match.group()
        if found[0] in "\"'":
            if not literals:
                return found
            return found[0] + " " * (len(found) - 2) + found[0]
        return re.sub(r"[^\n]", " ", found)

    return pattern.sub(spaces, text)


class Source:
    """One .c or .h file.  path is relative to the project's root."""

    def __init__(self, path, text):
        self.path = path
        self.text = text
        self.lines = text.split("\n")
        self.code = blank(text)
        self.stem = Path(path).stem
        self.is_header = path.endswith(".h")

    @property
    def includes(self):
        """(line, "path" or None, "library header" or None)."""
        found = []
        code = blank(self.text, literals=False)
        for number, line in enumerate(code.split("\n"), 1):
            match = re.match(r'#\s*include\s*(?:"([^"]+)"|<([^>]+)>)', line)
            if match:
                found.append((number, match.group(1), match.group(2)))
        return found

    @property
    def functions(self):
        """Definitions, as clang-format lays them out: the name in column 0,
        braces of the body in column 0."""
        found, code = [], self.code.split("\n")
        at = 0
        while at < len(code):
            match = re.match(r"^([A-Za-z_]\w*)\(", code[at])
            opened = at
            while match and opened < len(code) and code[opened] != "{":
                if code[opened].rstrip().endswith(";"):
                    match = None
                opened += 1
            if not match or opened >= len(code):
                at += 1
                continue
            closed = code.index("}", opened)
            head = " ".join(code[at:opened])
            inside = head[head.index("(") + 1:head.rindex(")")].strip()
            found.append(Function(
                match.group(1), at + 1, closed - at + 1,
                0 if inside in ("", "void") else _commas(inside) + 1,
                "\n".join(code[opened:closed + 1])))
            at = closed + 1
        return found

    def statements(self):
        """(line, text) of all that stands outside function bodies."""
        depth, start, begun, found = 0, 0, "", []
        code = re.sub(r"^#(?:[^\n\\]|\\\n|\\.)*", _spaces, self.code,
                      flags=re.M)
        for offset, char in enumerate(code):
            if not begun.strip():
                start = offset
            begun += char
            depth += (char == "{") - (char == "}")
            body_ended = char == "}" and depth == 0 and _is_function(begun)
            if (char == ";" and depth == 0) or body_ended:
                found.append((code.count("\n", 0, start) + 1, begun.strip()))
                begun = ""
        return found


def _spaces(match):
    return re.sub(r"[^\n]", " ", match.group())


def _is_function(text):
    head = text.split("{", 1)[0]
    return head.rstrip().endswith(")") and "=" not in head


def _commas(text):
    depth = count = 0
    for char in text:
        depth += (char in "([") - (char in ")]")
        count += char == "," and depth == 0
    return count


def read_tree(root, folders=CODE):
    """All .c and .h files below the folders of root, by path."""
    paths = sorted(p for folder in folders
                   for p in Path(root, folder).rglob("*.[ch]"))
    return [Source(str(p.relative_to(root)), p.read_text(encoding="utf-8"))
            for p in paths]
