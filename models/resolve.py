"""From what a user writes in the settings to a path that a model can be loaded from."""

from __future__ import annotations

import re
from pathlib import Path

from models import hub
from models.catalogue import find, unknown
from models.entries import Kind
from models.errors import DamagedModel, MissingModel, UnknownModel

GGUF_MAGIC = b"GGUF"
_REPOSITORY = re.compile(r"(?P<repo>[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*)(?::(?P<file>[\w./-]+))?")


def resolve_language_model(spec: str, models_dir: Path) -> Path:
    """Path of a GGUF file for a catalogue name, a path, or `owner/repository:file.gguf`.

    Touches no network. Raises `MissingModel` (with the command that pulls it), `UnknownModel`,
    or `DamagedModel` for a file that is not GGUF.
    """
    if found := _named_or_path(spec, models_dir, "language"):
        return check_gguf(found)
    repository, file = _repository(spec)
    if file is None:
        raise UnknownModel(f"{spec}: name the file too, as in {spec}:model-q4_k_m.gguf")
    return check_gguf(hub.repository_file(repository, file, pull=False))


def resolve_embedding(spec: str, models_dir: Path) -> Path:
    """Folder of a sentence-transformers model for a catalogue name, a path, or `owner/repository`.

    Touches no network. Raises as `resolve_language_model` does.
    """
    if found := _named_or_path(spec, models_dir, "embedding"):
        return check_embedding(found)
    repository, file = _repository(spec)
    if file is not None:
        raise UnknownModel(f"{spec}: an embedding is a whole repository; leave out :{file}")
    return check_embedding(hub.repository_folder(repository, pull=False))


def parse_repository(spec: str) -> tuple[str, str | None] | None:
    """("owner/repository", file or None), or None when `spec` does not look like that."""
    match = _REPOSITORY.fullmatch(spec)
    if match is None or (match["file"] is None and spec.endswith(".gguf")):
        return None
    return match["repo"], match["file"]


def check_gguf(path: Path) -> Path:
    """The path itself; raises `DamagedModel` unless it is a file that begins as GGUF does."""
    if not path.is_file():
        raise DamagedModel(f"{path}: a language model is one GGUF file, this is a folder")
    with path.open("rb") as handle:
        magic = handle.read(len(GGUF_MAGIC))
    if magic != GGUF_MAGIC:
        raise DamagedModel(f"{path}: not a GGUF file (begins with {magic!r})")
    return path


def check_embedding(path: Path) -> Path:
    """The path itself; raises `DamagedModel` unless it is a folder with a model's config."""
    if not path.is_dir() or not ((path / "modules.json").is_file() or (path / "config.json").is_file()):
        raise DamagedModel(f"{path}: an embedding is a folder with modules.json or config.json")
    return path


def _named_or_path(spec: str, models_dir: Path, kind: Kind) -> Path | None:
    if model := find(spec):
        if model.kind != kind:
            raise UnknownModel(f"{spec} is of the kind {model.kind}; here one of the kind {kind} is needed")
        path = models_dir / model.path
        if not path.exists():
            raise MissingModel(f"{spec} is not in {models_dir} yet: run `kefu models pull {spec}`")
        return path
    path = Path(spec).expanduser()
    return path if spec and path.exists() else None


def _repository(spec: str) -> tuple[str, str | None]:
    repository = parse_repository(spec)
    if repository is None:
        if "/" in spec or spec.endswith(".gguf"):
            raise MissingModel(f"{spec}: no such file or folder")
        raise unknown(spec)
    return repository
