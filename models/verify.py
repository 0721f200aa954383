"""Prove again that what lies in the models folder is what was pulled."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from models.catalogue import CATALOGUE
from models.checkpoint import MARKER, TOKENIZER, WEIGHTS
from models.entries import Model
from models.files import megabytes, sha256_of

State = Literal["ok", "missing", "damaged"]


@dataclass(frozen=True, slots=True)
class Status:
    """How one catalogue model stands in a models folder; `detail` is for people."""

    model: Model
    path: Path
    state: State
    detail: str


def verify_models(models_dir: Path) -> list[Status]:
    """Hash every catalogue model that is there; seconds a gigabyte."""
    return [check(model, models_dir) for model in CATALOGUE]


def list_models(models_dir: Path) -> list[Status]:
    """Which catalogue models are there, by presence alone: instant, proves nothing."""
    return [_presence(model, models_dir / model.path) for model in CATALOGUE]


def check(model: Model, models_dir: Path) -> Status:
    """Compare one model with its checksums; never raises for what it finds on the disk."""
    path = models_dir / model.path
    if not path.exists():
        return Status(model, path, "missing", "not pulled")
    try:
        problem = _folder_problem(model, path) if model.recipes[0].build else _file_problem(model, path)
    except OSError as error:
        problem = f"cannot be read: {error.strerror}"
    return Status(model, path, "damaged" if problem else "ok", problem or "SHA-256 is right")


def _presence(model: Model, path: Path) -> Status:
    if not path.exists():
        return Status(model, path, "missing", "not pulled")
    files = [path] if path.is_file() else [file for file in path.rglob("*") if file.is_file()]
    return Status(model, path, "ok", megabytes(sum(file.stat().st_size for file in files)))


def _file_problem(model: Model, path: Path) -> str | None:
    (file,) = model.recipes[0].files
    if not path.is_file():
        return "a folder lies where the file should be"
    if path.stat().st_size != file.size:
        return f"{path.stat().st_size:,} bytes instead of {file.size:,}"
    return None if sha256_of(path) == file.sha256 else "wrong SHA-256"


def _folder_problem(model: Model, path: Path) -> str | None:
    try:
        expected = json.loads((path / MARKER).read_text(encoding="utf-8"))["files"]
        weights, tokenizer = expected[WEIGHTS], expected[TOKENIZER]
    except (OSError, ValueError, KeyError, TypeError):
        return f"{MARKER} is missing or unreadable"
    official = {file.name: file.sha256 for recipe in model.recipes for file in recipe.files}
    if tokenizer != official[TOKENIZER]:
        return f"{MARKER} names another tokenizer than the official one"
    for name, sha256 in ((WEIGHTS, weights), (TOKENIZER, tokenizer)):
        if not (path / name).is_file():
            return f"{name} is missing"
        if sha256_of(path / name) != sha256:
            return f"{name} has the wrong SHA-256"
    return None
