"""The lint checks find what is seeded, and let pass what is right."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))

import arrows  # noqa: E402
import contracts  # noqa: E402
import sizes  # noqa: E402
import words  # noqa: E402
from source import Source, blank  # noqa: E402


def texts(findings):
    return [str(f) for f in findings]


# path of the file, what it includes, words of the finding ("" for none)
ARROWS = [
    ("agent/conf/conf.c", '"agent/base/str.h"', ""),
    ("agent/conf/conf.c", '"agent/conf/conf.h"', ""),
    ("agent/base/str.c", '"agent/conf/conf.h"', "base may not include conf"),
    ("agent/conf/conf.c", '"agent/incident/incident.h"',
     "conf may not include incident"),
    ("rules/eval.c", '"agent/geo/place.h"', ""),
    ("rules/eval.c", '"agent/geo/geo.h"', "only agent/geo/place.h"),
    ("agent/geo/geo.c", '"rules/ruleset.h"', "geo may not include rules"),
    ("agent/feeds/feed_dir.c", '"alerts/outbox.h"',
     "feeds may not include alerts"),
    ("agent/store/store.c", '"alerts/outbox.h"',
     "store may not include alerts"),
    ("agent/cmd/cmd_tag.c", '"agent/intake.h"', ""),
    ("agent/cmd/cmd_tag.c", '"rules/parse_private.h"', "private"),
    ("agent/base/str.c", '"err.h"', "from the project's root"),
    ("agent/novel/new.c", '"agent/base/str.h"', "in no layer"),
    ("agent/base/db.c", "<sqlite3.h>", ""),
    ("alerts/outbox.c", "<sqlite3.h>", "one door: agent/base/db.c"),
    ("agent/base/db.h", "<sqlite3.h>", "one door"),
    ("alerts/channel_smtp.c", "<curl/curl.h>", "one door"),
    ("agent/agent.c", "<systemd/sd-event.h>", "one door"),
    ("agent/agent.c", "<stdio.h>", ""),
]


@pytest.mark.parametrize("path,target,expected", ARROWS)
def test_arrows(path, target, expected):
    found = texts(arrows.check([Source(path, f"\n#include {target}\n")]))
    assert len(found) == bool(expected)
    if expected:
        assert expected in found[0] and found[0].startswith(f"{path}:2: ")


def test_an_include_in_a_comment_is_no_arrow():
    assert not arrows.check([Source(
        "agent/base/str.c", '/*\n#include "agent/conf/conf.h"\n*/\n')])


TOP = "/* outbox: what it is.  A struct outbox_top is named here. */\n\n"
CONTRACTS = [
    ("/* Does it. */\nint outbox_add(int a);\n", ""),
    ("int outbox_add(int a);\n", "function outbox_add has no contract"),
    ("/* Far. */\n\nint outbox_add(int a);\n", "has no contract"),
    ("/* Does it. */\nNODISCARD int\noutbox_add(\n    int a);\n", ""),
    ("/* Both. */\nint outbox_a(void);\nint outbox_b(void);\n", ""),
    ("/* A. */\nint outbox_a(void);\n\nint outbox_b(void);\n",
     "outbox_b has no contract"),
    ("/* Prints. */\nint outbox_f(const char *f, ...)\n"
     "    __attribute__((format(printf, 1, 2)));\n", ""),
    ("/* Does it. */\nint add(int a);\n", "does not begin with the file's"),
    ("struct outbox_item {\n\tint a;\n};\n", "struct outbox_item has no"),
    ("/* An item. */\nstruct outbox_item {\n\tint a; /* b */\n};\n", ""),
    ("struct outbox_top {\n\tint a;\n};\n", ""),
    ("struct outbox {\n\tint a;\n};\n", ""),
    ("struct err;\nstruct outbox;\n", ""),
    ("enum outbox_state {\n\tOUTBOX_A\n};\n", "enum outbox_state has no"),
    ("/* S. */\nenum state {\n\tA\n};\n", "does not begin"),
    ("typedef void (*outbox_cb)(void *u);\n", "typedef outbox_cb has no"),
    ("/* Called. */\ntypedef void (*outbox_cb)(void *u);\n", ""),
    ("#define OUTBOX_ADD(a) outbox_add( \\\n    a);\n", ""),
    ("/* I. */\nstatic inline int\noutbox_one(void)\n{\n\treturn 1;\n}\n",
     ""),
    ("static inline int\noutbox_one(void)\n{\n\treturn 1;\n}\n", "no contract"),
]


@pytest.mark.parametrize("text,expected", CONTRACTS)
def test_contracts(text, expected):
    found = texts(contracts.check([Source("alerts/outbox.h", TOP + text)]))
    assert len(found) == bool(expected), found
    if expected:
        assert expected in found[0]


def test_a_header_needs_a_paragraph():
    found = texts(contracts.check([Source("alerts/outbox.h",
                                          "#ifndef A\n#endif\n")]))
    assert found == ["alerts/outbox.h:1: no paragraph at the top that says "
                     "what the module is"]


def test_singular_of_the_files_name():
    text = "/* towns: t. */\n\n/* One. */\nstruct town {\n\tint a;\n};\n"
    assert not contracts.check([Source("agent/geo/towns.h", text)])


def function(body):
    return f"static int\nf(void)\n{{\n{body}\n}}\n"


WORDS = [
    ("alerts/a.c", function("\tstrcpy(a, b);"), "strcpy() is banned"),
    ("alerts/a.c", function("\treturn atoi (b);"), "atoi() is banned"),
    ("alerts/a.c", function("\tassert(a);"), "assert() is banned"),
    ("alerts/a.c", function("\t_Static_assert(1, \"a\");"), ""),
    ("alerts/a.c", function("\tmy_strcpy(a, b);"), ""),
    ("alerts/a.c", function("\tx->random(a);"), ""),
    ("alerts/a.c", function('\tf("strcpy(a)"); /* strcpy(b) */'), ""),
    ("alerts/a.c", function("\treturn time(NULL);"), "time() only in clock.c"),
    ("agent/base/clock.c", function("\treturn time(NULL);"), ""),
    ("alerts/a.c", function("\treturn malloc(1);"), "malloc() only"),
    ("alerts/a.c", "static int count;\n", "can change"),
    ("alerts/a.c", "static int count = 3;\n", "can change"),
    ("alerts/a.c", "static const int count = 3;\n", ""),
    ("alerts/a.c", "static const char *name = NULL;\n", "can change"),
    ("alerts/a.c", "static const char *const names[] = { \"a\" };\n", ""),
    ("alerts/a.c", "static const struct { int a; } rows[] = {\n{ 1 },\n};\n",
     ""),
    ("alerts/a.c", "static struct {\n\tint a;\n} state;\n", "can change"),
    ("alerts/a.c", "static int (*const f[])(const char *) = { NULL };\n", ""),
    ("alerts/a.c", "static int (*f)(const char *) = NULL;\n", "can change"),
    ("alerts/a.c", "struct a {\n\tint *b;\n};\nenum c {\n\tD\n};\n", ""),
    ("alerts/a.c", "static int f(int *a);\nint g(void) __attribute__((x));\n",
     ""),
    ("alerts/a.c", "static __thread int here;\n", "can change"),
    ("agent/base/log.c", "static int level;\n", ""),
    ("agent/main.c", "static int flag;\n", ""),
    ("alerts/a.c", function("\tstatic int n;\n\tn++;"), "static variable"),
    ("alerts/a.c", function("\tstatic const int n = 1;"), ""),
    ("alerts/a.c", function("\tstatic const struct {\n\t\tint a;\n"
                            "\t} rows[] = { { 1 } };"), ""),
    ("alerts/a.c", "#define A \\\n\tstatic int x;\n", ""),
]


@pytest.mark.parametrize("path,text,expected", WORDS)
def test_words(path, text, expected):
    found = texts(words.check([Source(path, text)]))
    assert len(found) == bool(expected), found
    if expected:
        assert expected in found[0]


UNFINISHED = [
    ("a.c", "/* TODO: later */\n", 1),
    ("a.c", "int a; // FIXME\n", 1),
    ("a.c", "/* works for now */\n", 1),
    ("a.c", 'const char *path = "/tmp/a.XXXXXX";\n', 0),
    ("a.c", 'const char *word = "for now";\n', 0),
    ("a.c", "/* the stubble of a hack saw in todos */\n", 0),
    ("a.md", "This is not yet implemented.\n", 1),
    ("a.py", "# HACK\n", 1),
    ("a.png", "TODO\n", 0),
]


@pytest.mark.parametrize("name,text,count", UNFINISHED)
def test_unfinished(tmp_path, name, text, count):
    (tmp_path / name).write_text(text)
    found = words.check_unfinished(str(tmp_path), [name])
    assert len(found) == count
    if count:
        assert found[0].line == 1


def test_functions_are_measured():
    text = ("/* a */\nstatic void\nmany(int a, void (*b)(int, int), int c)\n"
            "{\n\tif (a) {\n\t\tb(1, 2);\n\t}\n}\n\nint\nshort_one(void)\n{\n"
            "\treturn 1;\n}\n")
    first, second = Source("a.c", text).functions
    assert (first.name, first.line, first.lines) == ("many", 3, 6)
    assert (first.parameters, second.parameters) == (3, 0)
    assert second.name == "short_one"


def test_prototypes_are_not_functions():
    assert not Source("a.h", "int\na(int b,\n    int c);\n").functions


def test_sizes_name_the_outliers():
    body = "\n".join(["\ta();"] * 65)
    text = f"void\nlong_one(int a, int b, int c, int d, int e, int f)\n{{\n{body}\n}}\n"
    report = "\n".join(sizes.report([Source("alerts/a.c", text)]))
    assert "over 60: 100.0 %" in report
    assert "long_one: 68 lines, 6 parameters" in report


def test_sizes_name_the_widest_header():
    files = [Source(f"alerts/a{n}.c", '#include "alerts/a.h"\n')
             for n in range(3)]
    report = "\n".join(sizes.report(files))
    assert "alerts/a.h: 100 %  over" in report


def test_blank_keeps_places():
    text = 'a /* b\n"c" */ "d\\"e" // f\n\'"\' g\n'
    assert len(blank(text)) == len(text)
    assert blank(text).count("\n") == 3
    assert "b" not in blank(text) and "e" not in blank(text)
    assert "g" in blank(text)
