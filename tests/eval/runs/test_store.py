"""A run goes on where it stopped, is never mixed with another one, and comes out the same twice."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from eval.runs import versions
from eval.runs.record import Manifest, Record, Timing
from eval.runs.store import MANIFEST, RECORDS, TIMINGS, BadRun, listed, open_run, read_manifest, sitting
from eval.runs.versions import code_fingerprint, file_fingerprint
from tests.eval.runs.records import a_run, record

CASES = tuple(record(name) for name in ("a", "b", "c"))


def manifest(name: str = "r1", **fields: Any) -> Manifest:
    return replace(a_run(CASES, id=name, ended_at="", seconds=0.0).manifest, **fields)


def play(runs: Path, what: Manifest, resume: bool = False, cases: Sequence[Record] = CASES) -> Manifest:
    with sitting(runs, what, resume) as open_sitting:
        for each in cases:
            if each.key not in open_sitting.done:
                open_sitting.add(each, Timing(each.key, (0.1,), (0.2,)))
        return open_sitting.end("2026-11-16T10:10:00+08:00", 1.26)


def test_a_whole_run_is_read_as_it_was_written(tmp_path: Path) -> None:
    ended = play(tmp_path, manifest())
    run = open_run(tmp_path, "r1")
    assert run.records == CASES
    assert [each.key for each in run.timings] == [each.key for each in CASES]
    assert run.manifest == ended
    assert (ended.ended_at, ended.seconds) == ("2026-11-16T10:10:00+08:00", 1.3)


def test_a_run_that_was_broken_off_has_no_end_and_goes_on(tmp_path: Path) -> None:
    assert play(tmp_path, manifest(), cases=CASES[:2]).ended_at == ""
    ended = play(tmp_path, manifest(), resume=True)
    assert ended.ended_at
    assert ended.seconds == 2.6
    assert open_run(tmp_path, "r1").records == CASES


@pytest.mark.parametrize("cut", range(1, 60, 7))
def test_a_kill_in_the_middle_of_a_line_leaves_the_same_run(tmp_path: Path, cut: int) -> None:
    play(tmp_path, manifest("whole"))
    play(tmp_path, manifest("killed"), cases=CASES[:2])
    path = tmp_path / "killed" / RECORDS
    path.write_bytes(path.read_bytes()[:-cut])
    play(tmp_path, manifest("killed"), resume=True)
    for name in (RECORDS, TIMINGS):
        assert (tmp_path / "killed" / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()


def test_a_time_without_its_record_is_taken_away(tmp_path: Path) -> None:
    play(tmp_path, manifest(), cases=CASES[:1])
    with (tmp_path / "r1" / TIMINGS).open("ab") as file:
        file.write(b'{"first_s":[9.0],"key":"tasks/b","turn_s":[9.0]}\n{"first_s":[9')
    play(tmp_path, manifest(), resume=True)
    assert [each.first_s for each in open_run(tmp_path, "r1").timings] == [(0.1,)] * 3


def test_two_runs_of_the_same_records_are_the_same_bytes(tmp_path: Path) -> None:
    play(tmp_path, manifest("one"))
    play(tmp_path, manifest("two"), cases=CASES[:1])
    play(tmp_path, manifest("two"), resume=True)
    first, second = ((tmp_path / name / RECORDS).read_bytes() for name in ("one", "two"))
    assert first == second


@pytest.mark.parametrize(
    ("field", "value"), [("cases", "other"), ("versions", {"model": "m2"}), ("seed", 1), ("trials", 2)]
)
def test_a_run_of_something_else_is_not_gone_on_with(tmp_path: Path, field: str, value: Any) -> None:
    play(tmp_path, manifest(), cases=CASES[:1])
    before = (tmp_path / "r1" / RECORDS).read_bytes()
    with pytest.raises(BadRun, match=f"r1 was begun with other {field}"):
        play(tmp_path, manifest(**{field: value}), resume=True)
    assert (tmp_path / "r1" / RECORDS).read_bytes() == before


def test_a_run_is_not_begun_twice_nor_gone_on_with_before_it_began(tmp_path: Path) -> None:
    with pytest.raises(BadRun, match="there is no run r1 to go on with"):
        play(tmp_path, manifest(), resume=True)
    play(tmp_path, manifest(), cases=CASES[:1])
    with pytest.raises(BadRun, match="there is a run r1 already"):
        play(tmp_path, manifest())
    assert len(open_run(tmp_path, "r1").records) == 1


@pytest.mark.parametrize("name", ["../r1", "", ".hidden", "a/b", "a" * 81])
def test_a_name_that_is_none_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadRun, match="is no name of a run"):
        play(tmp_path, manifest(name))


@pytest.mark.parametrize("damage", [b"{}", b"not JSON", b"\xff", b'{"key": 1}'])
def test_a_damaged_line_is_named(tmp_path: Path, damage: bytes) -> None:
    play(tmp_path, manifest())
    path = tmp_path / "r1" / RECORDS
    lines = path.read_bytes().split(b"\n")
    path.write_bytes(b"\n".join([lines[0], damage, *lines[2:]]))
    for again in (lambda: open_run(tmp_path, "r1"), lambda: play(tmp_path, manifest(), resume=True)):
        with pytest.raises(BadRun) as caught:
            again()
        assert str(caught.value).startswith(f"{path}:2: is damaged: ")


def test_a_case_that_stands_twice_is_told(tmp_path: Path) -> None:
    play(tmp_path, manifest())
    path = tmp_path / "r1" / RECORDS
    path.write_bytes(path.read_bytes() * 2)
    with pytest.raises(BadRun, match="has a case twice"):
        open_run(tmp_path, "r1")


def test_a_damaged_manifest_and_a_folder_without_one(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(BadRun, match=r"is no run: manifest\.json cannot be read"):
        read_manifest(tmp_path / "empty")
    play(tmp_path, manifest())
    (tmp_path / "r1" / MANIFEST).write_text('{"id": ', encoding="utf-8")
    with pytest.raises(BadRun, match=f"{MANIFEST}: is damaged"):
        open_run(tmp_path, "r1")
    assert listed(tmp_path) == []


def test_the_latest_is_the_one_that_began_last(tmp_path: Path) -> None:
    with pytest.raises(BadRun, match="has no run yet"):
        open_run(tmp_path, "latest")
    play(tmp_path, manifest("new", started_at="2026-11-17T10:00:00+08:00"))
    play(tmp_path, manifest("old", started_at="2026-11-16T10:00:00+08:00"), cases=CASES[:2])
    assert open_run(tmp_path, "latest").manifest.id == "new"
    assert [(each.id, count) for each, count in listed(tmp_path)] == [("new", 3), ("old", 2)]
    assert open_run(Path("/nowhere"), str(tmp_path / "old")).manifest.id == "old"
    assert listed(tmp_path / "none") == []


def test_the_code_is_told_apart_by_what_a_turn_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(versions, "ROOT", tmp_path)

    def found(name: str, content: str) -> str:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
        return code_fingerprint.__wrapped__()

    first = found("agent/a.py", "x = 1")
    assert len(first) == 16
    assert found("agent/a.py", "x = 1") == found("eval/b.py", "x") == found("agent/a.pyc", "x") == first
    others = [found("agent/a.py", "x = 2"), found("prompts/a.j2", "x"), found("tools/b.yaml", "x")]
    assert len({first, *others}) == 4


def test_a_file_is_told_apart_by_what_is_in_it(tmp_path: Path) -> None:
    path = tmp_path / "a"
    assert file_fingerprint(path) == "none"
    path.write_bytes(b"1")
    first = file_fingerprint(path)
    path.write_bytes(b"2")
    assert len(first) == 16
    assert file_fingerprint(path) != first
