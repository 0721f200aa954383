"""JUnit XML, CSV and JSON: what other tools read is what was played."""

from __future__ import annotations

import csv
import json
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from eval.report import write_csv, write_json, write_junit
from eval.report.files import ReportError
from eval.report.outcomes import status
from eval.report.spreadsheet import harmless
from eval.runs.record import Finding
from eval.runs.run import Run
from tests.eval.report.fakes import HOSTILE

# Not legal in XML, not even escaped; and what only a broken tool would write.
_BAD = "\x00\x08\x1b￾ \ud800"


def _with(run: Run, **changes: object) -> Run:
    first = replace(run.records[0], **changes)
    return Run(run.manifest, (first, *run.records[1:]), run.timings)


def _junit(path: Path, run: Run) -> ElementTree.Element:
    write_junit(path, run)
    return ElementTree.parse(path).getroot()


def test_junit_has_a_suite_for_each_suite_and_a_test_for_each_record(run: Run, tmp_path: Path) -> None:
    root = _junit(tmp_path / "run.xml", run)
    assert Counter(record.suite for record in run.records) == {
        suite.get("name"): len(suite.findall("testcase")) for suite in root.findall("testsuite")
    }
    names = {(test.get("classname"), test.get("name")) for test in root.iter("testcase")}
    assert names == {(record.suite, record.key.removeprefix(f"{record.suite}/")) for record in run.records}


def test_counts_of_junit_agree_with_what_it_lists(run: Run, tmp_path: Path) -> None:
    root = _junit(tmp_path / "run.xml", run)
    outcomes = Counter(status(record) for record in run.records)
    assert outcomes["failed"] and outcomes["error"]
    for node in (root, *root.findall("testsuite")):
        assert int(node.get("tests", "")) == len(list(node.iter("testcase")))
        assert int(node.get("failures", "")) == len(list(node.iter("failure")))
        assert int(node.get("errors", "")) == len(list(node.iter("error")))
    assert root.get("failures") == str(outcomes["failed"])
    assert root.get("errors") == str(outcomes["error"])


def test_junit_tells_every_finding_and_the_conversation(run: Run, tmp_path: Path) -> None:
    record = next(record for record in run.records if len(record.findings) > 1)
    tests = {
        f"{test.get('classname')}/{test.get('name')}": test
        for test in _junit(tmp_path / "a.xml", run).iter("testcase")
    }
    text = tests[record.key].findtext("failure") or ""
    assert all(finding.why in text for finding in record.findings)
    assert record.turns[-1].reply in text


def test_times_of_junit_are_those_of_the_turns(run: Run, tmp_path: Path) -> None:
    root = _junit(tmp_path / "run.xml", run)
    taken = sum(sum(timing.turn_s) for timing in run.timings)
    assert float(root.get("time", "")) == pytest.approx(taken, abs=0.01)


@pytest.mark.parametrize("text", [_BAD, HOSTILE, "]]>&<a b='c'>"])
def test_no_text_breaks_a_file(run: Run, tmp_path: Path, text: str) -> None:
    broken = _with(run, error=text, findings=(Finding("shop", text),), about=text)
    assert len(list(_junit(tmp_path / "run.xml", broken).iter("testcase"))) == len(run.records)
    write_json(tmp_path / "run.json", broken)
    assert len(json.loads((tmp_path / "run.json").read_text("utf-8"))["records"]) == len(run.records)
    write_csv(tmp_path / "run.csv", broken)
    assert len(_rows(tmp_path / "run.csv")) == len(run.records)


def test_json_has_everything(run: Run, tmp_path: Path) -> None:
    write_json(tmp_path / "run.json", run)
    read = json.loads((tmp_path / "run.json").read_text("utf-8"))
    assert read["manifest"]["versions"] == run.manifest.versions
    assert [record["key"] for record in read["records"]] == [record.key for record in run.records]
    assert read["records"][3]["turns"][0]["reply"] == run.records[3].turns[0].reply
    assert read["records"][3]["seconds"]["turn"] == list(run.timings[3].turn_s)


def _rows(path: Path) -> list[dict[str, str]]:
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def test_csv_has_a_row_for_each_record(run: Run, tmp_path: Path) -> None:
    write_csv(tmp_path / "run.csv", run)
    rows = _rows(tmp_path / "run.csv")
    assert [row["key"] for row in rows] == [record.key for record in run.records]
    assert [row["status"] for row in rows] == [status(record) for record in run.records]
    assert rows[5]["group.tier"] == run.records[5].groups["tier"]
    assert rows[0]["last_reply"] == run.records[0].turns[-1].reply


@pytest.mark.parametrize(
    "cell", ['=HYPERLINK("x")', "+1", "-2+3", "@SUM(A1)", "\t=1", "  =1", "\u3000=1", "＝1+1"]
)
def test_formulas_become_text(run: Run, tmp_path: Path, cell: str) -> None:
    write_csv(tmp_path / "run.csv", _with(run, about=cell, groups={cell: cell}))
    rows = _rows(tmp_path / "run.csv")
    assert rows[0]["about"] == f"'{cell}"
    assert not any(head.startswith("=") for head in rows[0])


@given(st.text())
def test_no_cell_begins_like_a_formula_and_harmless_ones_stay(cell: str) -> None:
    made = harmless(cell)
    assert made.lstrip(" \u00a0\u3000")[:1] not in set("=+-@\t\r\n＝＋－＠") or not made
    assert made in (cell.replace("\0", "\ufffd"), f"'{cell}".replace("\0", "\ufffd"))


def test_a_folder_that_cannot_be_made_is_told(run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ReportError, match=r"run\.csv: the report cannot be written: "):
        write_csv(tmp_path / "file" / "run.csv", run)
