"""The tally of a test run counts what the runners wrote."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))

import tally  # noqa: E402

CTEST = """<testsuite><testcase name="unit/base/test_str" status="run">
<system-out>[==========] Running 3 test(s).
[  PASSED  ] 3 test(s).</system-out></testcase>
<testcase name="unit/base/test_bad" status="fail"><failure message=""/>
<system-out>[==========] Running 3 test(s).
[  PASSED  ] 1 test(s).
[  FAILED  ] 2 test(s), listed below:</system-out></testcase>
<testcase name="unit/base/test_crash" status="fail"><failure message=""/>
<system-out>Segmentation fault</system-out></testcase>
<testcase name="unit/geo/test_far" status="notrun"><skipped/>
<system-out>SKIP no boundaries here</system-out></testcase></testsuite>"""
PYTEST = """<testsuites><testsuite><testcase classname="tests.peers.test_a"
name="test_one"/><testcase classname="tests.peers.test_a" name="test_two">
<skipped message="exim4 is not installed"/></testcase>
<testcase classname="tests.peers.test_a" name="test_three"><error
message="x"/></testcase></testsuite></testsuites>"""


def test_tally(tmp_path, capsys):
    (tmp_path / "unit.xml").write_text(CTEST)
    (tmp_path / "peers.xml").write_text(PYTEST)
    (tmp_path / "checks").write_text("passed lint/format\nfailed lint/tidy\n")
    assert tally.main(["tally", str(tmp_path)]) == 1
    lines = capsys.readouterr().out.splitlines()
    # 3 + 1 of cmocka, 1 of pytest, 1 check; 2 of cmocka, a crash, an error,
    # a check; one of each runner.
    assert lines[-1] == "6 passed, 5 failed, 2 skipped"
    assert "skipped unit/geo/test_far: no boundaries here" in lines
    assert ("skipped tests.peers.test_a.test_two: exim4 is not installed"
            in lines)
    assert "FAILED unit/base/test_crash" in lines
    assert "FAILED lint/tidy" in lines


def test_nothing_run_is_a_failure(tmp_path):
    assert tally.main(["tally", str(tmp_path)]) == 1
    (tmp_path / "checks").write_text("passed lint/format\n")
    assert tally.main(["tally", str(tmp_path)]) == 0
