"""A small run from the command line, with the real model: what is promised stands in the file."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from service.settings import ROOT, Settings

KEPT = {
    "format",
    "date",
    "machine",
    "model",
    "versions",
    "run",
    "summary",
    "parts",
    "failures",
    "plots",
    "measurements",
}
CASES = [
    {
        "id": "en-policy-001", "language": "en", "kind": "policy", "text": "How many days do I have to send clothes back?",
        "expect": {"figures": ["15 days"], "cites": ["returns#no-reason"]},
    },
    {
        "id": "en-order-001", "language": "en", "kind": "order", "text": "When will my coffee beans get here?",
        "customer": "james.miller@example.com", "expect": {"figures": ["18 November"]},
    },
]  # fmt: skip


def ran(arguments: list[str], data_dir: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "KEFU_DATA_DIR": str(data_dir)}
    environment.pop("KEFU_LLAMA_BENCH", None)
    return subprocess.run(
        [sys.executable, "-m", "benchmarks.answers", *arguments], cwd=ROOT, env=environment, text=True,
        stdout=subprocess.PIPE, check=False,
    )  # fmt: skip


@pytest.mark.model
@pytest.mark.slow
@pytest.mark.timeout(3000)
def test_a_small_run_writes_its_report_and_prints_its_path_last(fresh: Settings, tmp_path: Path) -> None:
    cases = tmp_path / "cases.jsonl"
    cases.write_text("\n".join(map(json.dumps, CASES)), encoding="utf-8")
    options = ["--cases", str(cases), "--contestants", "kefu,rag", "--parts", "questions,decoding,load"]
    done = ran([*options, "--levels", "1", "--out", str(tmp_path / "report.json")], fresh.data_dir)
    path = Path(done.stdout.splitlines()[-1])
    report = json.loads(path.read_text(encoding="utf-8"))

    assert (done.returncode, report["failures"]) == (0, [])
    assert set(report) == KEPT
    asked = [(each["contestant"], each["case"]) for each in report["measurements"]]
    assert asked == [(name, case["id"]) for name in ("kefu", "rag") for case in CASES]
    for each in report["measurements"]:
        assert each["reply"] and 0 < each["first_s"] <= each["whole_s"] and each["peak_mb"] > 1000
        assert set(each["judged"]) == {"correct", "unsupported", "promises", "language", "why"}
    assert all(
        each["read"] > 100 and each["written"]
        for each in report["measurements"]
        if each["contestant"] == "rag"
    )
    assert len(report["model"]["sha256"]) == 64
    assert {each["met"] for each in report["summary"]["targets"]} <= {True, False, None}
    assert report["parts"]["decoding"]["kefu"] > 0
    assert [(row["turns"], row["failed"]) for row in report["parts"]["load"]] == [(8, 0)]
    assert all(Path(plot).exists() for plot in report["plots"]) and len(report["plots"]) == 2
    assert not list(fresh.data_dir.glob("bench-*")), "the copy of the shop was left behind"


def test_a_case_file_that_cannot_be_used_is_told_by_line(fresh: Settings, tmp_path: Path) -> None:
    cases = tmp_path / "cases.jsonl"
    cases.write_text('{"id": "x"}\n', encoding="utf-8")
    done = ran(["--cases", str(cases)], fresh.data_dir)
    assert done.returncode == 1
    assert "cases.jsonl:1" in done.stdout.replace("\n", "")
