"""What a signed version did, case by case: no texts, only whether a case passed and digests of what came of it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from tempfile import NamedTemporaryFile

import msgspec
from msgspec import Struct, structs

from eval.cases.errors import EvalError
from eval.runs.compare_decisions import decisions, digest, values_said, words_of_model, words_of_templates
from eval.runs.gate_file import GateFile
from eval.runs.record import Record
from eval.runs.run import Run

DIGESTS = ("decisions", "values", "templates", "model")


class BadBaseline(EvalError):
    """A baseline cannot be read, or is not as it was signed."""


class CannotSign(EvalError):
    """A run that is not whole, or a gate without a baseline."""


class Entry(Struct, frozen=True, forbid_unknown_fields=True):
    """What came of a case."""

    passed: bool
    decisions: str
    values: str
    templates: str
    model: str
    suite: str
    kind: str
    language: str
    tags: tuple[str, ...] = ()


class Baseline(Struct, frozen=True, forbid_unknown_fields=True):
    """A signed run: `cases` is the hash of what was played, `seal` the digest of all other fields."""

    run: str
    signed_at: str
    versions: dict[str, str]
    cases: str
    seed: int
    entries: dict[str, Entry]
    signed_by: str = ""
    seal: str = ""


def entry_of(record: Record) -> Entry:
    return Entry(
        passed=record.passed,
        decisions=digest(decisions(record)),
        values=digest(values_said(record)),
        templates=digest(words_of_templates(record)),
        model=digest(words_of_model(record)),
        suite=record.suite,
        kind=record.kind,
        language=record.language,
        tags=record.tags,
    )


def sign(run: Run, gate: GateFile, at: str, by: str = "") -> Baseline:
    """What `run` did, as the baseline of `gate`; `at` is the moment, ISO 8601, and `by` whoever answers for it.

    Raises `CannotSign`. A run that misses its scores can be signed: the gate goes on asking for them.
    """
    if gate.gate.baseline is None:
        raise CannotSign(f"{gate.path}: has no `baseline`, so there is nothing to sign")
    problems = unfinished(run)
    if problems:
        raise CannotSign(f"run {run.manifest.id}: " + "; ".join(problems))
    entries = {record.key: entry_of(record) for record in run.records if gate.takes(record)}
    if not entries:
        raise CannotSign(f"run {run.manifest.id}: has no case that {gate.path} counts")
    missing = sorted(set(gate.gate.versions) - run.manifest.versions.keys())
    if missing:
        raise CannotSign(f"run {run.manifest.id}: does not tell its version of {', '.join(missing)}")
    manifest = run.manifest
    found = Baseline(manifest.id, at, manifest.versions, manifest.cases, manifest.seed, entries, by)
    return structs.replace(found, seal=_seal(found))


def unfinished(run: Run) -> list[str]:
    """Why a run is not whole; nothing where it is."""
    manifest, keys = run.manifest, [record.key for record in run.records]
    found: list[str] = []
    if not manifest.ended_at:
        found.append("it has not ended")
    if not keys:
        found.append("nothing was played")
    if len(set(keys)) != len(keys):
        found.append(f"{len(keys) - len(set(keys))} records stand twice")
    if len(set(keys)) != manifest.of:
        found.append(f"{len(set(keys))} of {manifest.of} cases were played")
    return found


def write_baseline(baseline: Baseline, path: Path) -> None:
    """Replace the file at once: there is never half a baseline."""
    data = msgspec.json.format(msgspec.json.encode(baseline, order="deterministic"), indent=1)
    path.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
        temporary = Path(file.name)
        try:
            file.write(data + b"\n")
            file.flush()
            os.fsync(file.fileno())
            os.fchmod(file.fileno(), 0o644)
        except BaseException:
            temporary.unlink()
            raise
    temporary.replace(path)


def read_baseline(path: Path) -> Baseline:
    """Raises `BadBaseline` where the file is absent, is no baseline, or was changed since it was signed."""
    try:
        found = msgspec.json.decode(path.read_bytes(), type=Baseline)
    except OSError as error:
        raise BadBaseline(f"{path}: cannot be read: {error.strerror}") from error
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise BadBaseline(f"{path}: is no baseline: {error}") from error
    if found.seal != _seal(found):
        raise BadBaseline(f"{path}: was changed since it was signed")
    return found


def differing(then: Sequence[tuple[str, Entry]], now: dict[str, Entry], name: str) -> tuple[str, ...]:
    """The keys of both whose digest `name` is another now."""
    return tuple(key for key, entry in then if key in now and getattr(entry, name) != getattr(now[key], name))


def _seal(baseline: Baseline) -> str:
    return digest(msgspec.to_builtins(structs.replace(baseline, seal="")))
