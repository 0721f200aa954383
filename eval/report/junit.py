"""JUnit XML, as common CI servers read it: a suite of tests for each suite, a test for each record.

The form is that of the Apache Ant task, with `testsuites` around: https://llg.cubic.org/docs/junit/
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from eval.report.files import write
from eval.report.outcomes import line, seconds, status, where
from eval.runs.record import Manifest, Record, Timing
from eval.runs.run import Run

# What XML 1.0 cannot hold, not even escaped: https://www.w3.org/TR/xml/#charsets
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LONGEST_MESSAGE = 300


def write_junit(path: Path, run: Run) -> None:
    """Failures have the findings, one a line, and the conversation; what stopped a case is an error."""
    times = {timing.key: timing for timing in run.timings}
    root = Element("testsuites", {"name": f"kefu {_clean(run.manifest.id)}", **_counts(run.records, times)})
    for suite, records in _by_suite(run.records).items():
        root.append(_suite(suite, records, times, run.manifest))
    indent(root, " ")
    write(path, b'<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, "utf-8") + b"\n")


def _suite(name: str, records: Sequence[Record], times: dict[str, Timing], manifest: Manifest) -> Element:
    # CI servers differ in whether they understand an offset, so the moment is given without one.
    stamp = {"timestamp": _clean(manifest.started_at[:19]), "hostname": _clean(manifest.machine)}
    node = Element("testsuite", {"name": _clean(name), **_counts(records, times), **stamp})
    properties = SubElement(node, "properties")
    told = {**manifest.versions, "cases": manifest.cases, "seed": str(manifest.seed)}
    for property_, value in told.items():
        SubElement(properties, "property", {"name": _clean(property_), "value": _clean(value)})
    for record in records:
        node.append(_test(record, times.get(record.key)))
    return node


def _test(record: Record, timing: Timing | None) -> Element:
    name = record.key.removeprefix(f"{record.suite}/")
    known = {"classname": _clean(record.suite), "name": _clean(name), "time": f"{seconds(timing):.3f}"}
    node = Element("testcase", known)
    if record.error:
        message = {"message": _short(record.error), "type": "error"}
        SubElement(node, "error", message).text = _details(record)
    elif record.findings:
        first = record.findings[0]
        more = f" (and {len(record.findings) - 1} more)" if len(record.findings) > 1 else ""
        message = {"message": _short(f"{where(first)}: {first.why}{more}"), "type": _clean(first.scorer)}
        SubElement(node, "failure", message).text = _details(record)
    return node


def _details(record: Record) -> str:
    lines = [record.error] if record.error else []
    lines += [line(finding) for finding in record.findings]
    for number, turn in enumerate(record.turns, 1):
        what = " ".join(part for part in (turn.decision, turn.rule, turn.action) if part)
        lines += ["", f"{number}. customer: {turn.say}", f"   Kefu ({what}): {turn.reply}"]
    return _clean("\n".join(lines))


def _counts(records: Sequence[Record], times: dict[str, Timing]) -> dict[str, str]:
    found = [status(record) for record in records]
    took = sum(seconds(times.get(record.key)) for record in records)
    return {
        "tests": str(len(found)),
        "failures": str(found.count("failed")),
        "errors": str(found.count("error")),
        "skipped": "0",
        "time": f"{took:.3f}",
    }


def _by_suite(records: Sequence[Record]) -> dict[str, list[Record]]:
    suites: dict[str, list[Record]] = {}
    for record in records:
        suites.setdefault(record.suite, []).append(record)
    return suites


def _short(text: str) -> str:
    line_ = " ".join(_clean(text).split())
    return line_ if len(line_) <= _LONGEST_MESSAGE else line_[: _LONGEST_MESSAGE - 1] + "…"


def _clean(text: str) -> str:
    return _NOT_XML.sub("\ufffd", text)
