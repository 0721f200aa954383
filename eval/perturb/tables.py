"""The tables that perturbations draw on: files beside the code, read once and checked."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

import yaml

from eval.perturb.errors import PerturbationError


def _read(name: str) -> str:
    return (files("eval.perturb") / "data" / name).read_text(encoding="utf-8")


@cache
def rows(name: str, columns: int) -> tuple[tuple[str, ...], ...]:
    """The lines of a table, cut at tabs; empty lines and those that begin with # are left out.

    Raises `PerturbationError` for a line with another number of columns, an empty one, or a first column that was
    there before.
    """
    found: dict[str, tuple[str, ...]] = {}
    for number, line in enumerate(_read(name).splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        cells = tuple(cell.strip() for cell in line.split("\t"))
        if len(cells) != columns or not all(cells):
            raise PerturbationError(
                f"{name}, line {number}: needs {columns} columns, each with a text: {line!r}"
            )
        if cells[0] in found:
            raise PerturbationError(f"{name}, line {number}: {cells[0]!r} is there already")
        found[cells[0]] = cells
    return tuple(found.values())


@cache
def choices(name: str) -> Mapping[str, tuple[str, ...]]:
    """A table of two columns: a text and what may stand for it, alternatives separated by "|"."""
    found = {key: tuple(value.split("|")) for key, value in rows(name, 2)}
    for key, values in found.items():
        if not all(values) or key in values:
            raise PerturbationError(f"{name}: {key!r} has an empty alternative, or itself as one")
    return MappingProxyType(found)


@cache
def words(name: str) -> frozenset[str]:
    """The words of a list, one a line."""
    return frozenset(row[0] for row in rows(name, 1))


@cache
def phrases(use: str, language: str) -> tuple[str, ...]:
    """The phrases of `phrases.yaml` for a use, such as `polite_before`, in a language.

    Raises `PerturbationError` where there are none.
    """
    found: Any = _phrases().get(use)
    texts = found.get(language) if isinstance(found, dict) else None
    if not isinstance(texts, list) or not texts or not all(isinstance(text, str) and text for text in texts):
        raise PerturbationError(f"phrases.yaml: {use}.{language} has to be a list of texts")
    return tuple(texts)


@cache
def _phrases() -> dict[str, Any]:
    found = yaml.safe_load(_read("phrases.yaml"))
    if not isinstance(found, dict):
        raise PerturbationError("phrases.yaml: has to be a mapping of uses to languages")
    return found
