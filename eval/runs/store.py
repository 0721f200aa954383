"""Runs in folders: a manifest, the records in the order of the programme, and the times in a file of their own.

A run that was broken off goes on where it stopped. `records.jsonl` of two runs of the same versions is the same,
byte for byte.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TypeVar

import msgspec

from eval.cases.errors import EvalError
from eval.runs.record import Manifest, Record, Timing
from eval.runs.run import Run

MANIFEST, RECORDS, TIMINGS = "manifest.json", "records.jsonl", "timings.jsonl"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,79}")

T = TypeVar("T")


class BadRun(EvalError):
    """A folder that holds no run, or a damaged one, or another one than was meant."""


@dataclass
class Sitting:
    """A run that is being played: `done` are the keys that have a record already."""

    folder: Path
    manifest: Manifest
    done: frozenset[str]
    _records: IO[bytes]
    _timings: IO[bytes]
    added: int = field(default=0)

    def add(self, record: Record, timing: Timing) -> None:
        """Keep a record. The time is written first: a record without its time could not be told from a whole one."""
        for file, value in ((self._timings, timing), (self._records, record)):
            file.write(_line(value))
            file.flush()
        self.added += 1

    def end(self, ended_at: str, seconds: float) -> Manifest:
        """Write the manifest of a run that is whole, or as far as it got."""
        whole = len(self.done) + self.added == self.manifest.of
        self.manifest = msgspec.structs.replace(
            self.manifest,
            ended_at=ended_at if whole else "",
            seconds=round(self.manifest.seconds + seconds, 1),
        )
        _write(self.folder / MANIFEST, self.manifest)
        return self.manifest


@contextmanager
def sitting(runs: Path, manifest: Manifest, resume: bool) -> Iterator[Sitting]:
    """Begin the run of this name, or go on with it. Raises `BadRun` where it is there already or is another one."""
    folder = _folder(runs, manifest.id)
    done: frozenset[str] = frozenset()
    if folder.exists():
        kept = read_manifest(folder)
        if not resume:
            raise BadRun(f"there is a run {manifest.id} already; take another --name, or --resume it")
        _same(kept, manifest)
        done = frozenset(_mend(folder))
        manifest = msgspec.structs.replace(kept, ended_at="")
    elif resume:
        raise BadRun(f"there is no run {manifest.id} to go on with in {runs}")
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / MANIFEST, manifest)
    with (folder / RECORDS).open("ab") as records, (folder / TIMINGS).open("ab") as timings:
        yield Sitting(folder, manifest, done, records, timings)


def open_run(runs: Path, name: str) -> Run:
    """A run by name, by folder, or the newest one as `latest`. Raises `BadRun`."""
    folder = (
        Path(name)
        if (Path(name) / MANIFEST).is_file()
        else _folder(runs, _latest(runs) if name == "latest" else name)
    )
    manifest = read_manifest(folder)
    records = list(_lines(folder / RECORDS, Record))
    keys = {record.key for record in records}
    if len(keys) != len(records):
        raise BadRun(f"{folder / RECORDS}: has a case twice")
    timings = [each for each in _lines(folder / TIMINGS, Timing) if each.key in keys]
    return Run(manifest, tuple(records), tuple(timings))


def listed(runs: Path) -> list[tuple[Manifest, int]]:
    """The runs there are, the newest first, each with how many cases have a record; damaged ones are left out."""
    found = []
    for folder in sorted(runs.iterdir()) if runs.is_dir() else ():
        try:
            manifest = read_manifest(folder)
        except BadRun:
            continue
        records = folder / RECORDS
        count = records.read_bytes().count(b"\n") if records.is_file() else 0
        found.append((manifest, count))
    return sorted(found, key=lambda each: each[0].started_at, reverse=True)


def read_manifest(folder: Path) -> Manifest:
    """Raises `BadRun`."""
    path = folder / MANIFEST
    try:
        return msgspec.json.decode(path.read_bytes(), type=Manifest)
    except OSError as error:
        raise BadRun(f"{folder}: is no run: {MANIFEST} cannot be read: {error.strerror}") from error
    except msgspec.DecodeError as error:
        raise BadRun(f"{path}: is damaged: {error}") from error


def _folder(runs: Path, name: str) -> Path:
    if not _NAME.fullmatch(name):
        raise BadRun(f"{name!r} is no name of a run; letters, digits, `-`, `_` and `.` are")
    return runs / name


def _latest(runs: Path) -> str:
    found = listed(runs)
    if not found:
        raise BadRun(f"{runs}: has no run yet; `kefu eval run` makes one")
    return found[0][0].id


def _same(kept: Manifest, wanted: Manifest) -> None:
    for name in ("cases", "seed", "trials", "versions"):
        if getattr(kept, name) != getattr(wanted, name):
            raise BadRun(
                f"the run {kept.id} was begun with other {name}; a run is of one version and one set of cases: begin a new one"
            )


def _mend(folder: Path) -> Sequence[str]:
    """The keys that have a record; what a crash left of a line, and a time without its record, is taken away."""
    for name in (RECORDS, TIMINGS):
        path = folder / name
        if path.is_file():
            raw = path.read_bytes()
            whole = raw[: raw.rfind(b"\n") + 1]
            if whole != raw:
                with path.open("r+b") as file:
                    file.truncate(len(whole))
    done = [each.key for each in _lines(folder / RECORDS, Record)]
    kept = [each for each in _lines(folder / TIMINGS, Timing) if each.key in set(done)]
    _replace(folder / TIMINGS, b"".join(map(_line, kept)))
    return done


def _lines(path: Path, kind: type[T]) -> Iterator[T]:
    decoder = msgspec.json.Decoder(kind)
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        return
    for number, line in enumerate(raw.split(b"\n"), start=1):
        if line:
            try:
                yield decoder.decode(line)
            except msgspec.DecodeError as error:
                raise BadRun(f"{path}:{number}: is damaged: {error}") from error


def _line(value: Record | Timing) -> bytes:
    return msgspec.json.encode(value, order="sorted") + b"\n"


def _write(path: Path, value: Manifest) -> None:
    _replace(path, msgspec.json.format(msgspec.json.encode(value, order="sorted"), indent=1) + b"\n")


def _replace(path: Path, content: bytes) -> None:
    """All of it or nothing."""
    partial = path.with_suffix(".partial")
    partial.write_bytes(content)
    os.replace(partial, path)
