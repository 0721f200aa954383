"""The form of a gate: what a run has to come to before its version may ship."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from eval.cases.read import read_form
from eval.cases.schema import Form, Text, Texts
from eval.runs.record import Record

_NAMES = ("all", "alike", "consistency", "errors", "flaky", "without_base")
_FAMILIES = (
    "check", "consistency", "first_s", "gap", "group", "intent", "kind", "language", "perturbation", "score", "suite",
    "tag", "turn_s",
)  # fmt: skip
_SLICES = ("group", "intent", "kind", "language", "suite", "tag")
_KINDS_OF_CASES = ("case", "intent", "kind", "language", "suite", "tag")


def _score_name(name: str) -> str:
    figure, *parts = name.split("@")
    family, _, rest = figure.partition(".")
    if figure not in _NAMES and not (family in _FAMILIES and rest):
        families = ", ".join(f"{each}.NAME" for each in _FAMILIES)
        raise ValueError(f"{figure!r} is no score: one of {', '.join(_NAMES)}, {families}")
    for part in parts:
        if not re.fullmatch(rf"({'|'.join(_SLICES)})\..+", part):
            slices = ", ".join(f"{each}.NAME" for each in _SLICES)
            raise ValueError(f"{part!r} is no part of a run: one of {slices}")
    return name


def _pattern(text: str) -> str:
    if not re.fullmatch(rf"({'|'.join(_KINDS_OF_CASES)}):\S+", text):
        raise ValueError(
            f"{text!r} names no cases: one of {', '.join(f'{each}:NAME' for each in _KINDS_OF_CASES)}"
        )
    return text


ScoreName = Annotated[str, AfterValidator(_score_name)]
Pattern = Annotated[str, AfterValidator(_pattern)]
Count = Annotated[int, Field(ge=0)]


def _tuple(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


class Limit(Form):
    """Where a score has to lie, both ends allowed."""

    at_least: float | None = None
    at_most: float | None = None

    @model_validator(mode="after")
    def _limits(self) -> Limit:
        if self.at_least is None and self.at_most is None:
            raise ValueError("limits nothing: give `at_least`, `at_most` or both")
        if self.at_least is not None and self.at_most is not None and self.at_least > self.at_most:
            raise ValueError("at_least is above at_most: nothing fits")
        return self

    def fits(self, value: float) -> bool:
        # 0.97 - 0.94 is a little more than 0.03.
        above = self.at_least is None or value >= self.at_least - 1e-9
        below = self.at_most is None or value <= self.at_most + 1e-9
        return above and below and value == value

    def __str__(self) -> str:
        ends = (("at least", self.at_least), ("at most", self.at_most))
        return " and ".join(f"{label} {end:g}" for label, end in ends if end is not None)


class Signed(Form):
    """What a signed version did, case by case, and how many cases may be otherwise. Left out: any number."""

    file: Text
    """Beside the gate's file; `kefu eval gate RUN --sign` writes it."""
    lost: Count = 0
    """Cases that passed then and fail now."""
    changed: Count = 0
    """Cases that are decided otherwise, however they are judged."""
    values: Count | None = None
    """Cases whose replies have other figures, dates, numbers or citations, or are in another language."""
    reworded: Count | None = None
    """Cases whose replies from templates and documents read otherwise."""
    rephrased: Count | None = None
    """Cases in which the language model wrote otherwise, or other sentences of it were let through.

    Between machines of different kinds a model does not write the same.
    """


class Only(Form):
    """The cases that count: those that fit each list that is given."""

    tags: Texts = ()
    suites: Texts = ()
    kinds: Texts = ()
    languages: Texts = ()

    @model_validator(mode="after")
    def _chooses(self) -> Only:
        if not (self.tags or self.suites or self.kinds or self.languages):
            raise ValueError("chooses nothing: name tags, suites, kinds or languages")
        return self

    def takes(self, suite: str, kind: str, language: str, tags: tuple[str, ...]) -> bool:
        wanted = (
            (self.suites, (suite,)),
            (self.kinds, (kind,)),
            (self.languages, (language,)),
            (self.tags, tags),
        )
        return all(
            not each or any(fnmatchcase(one, pattern) for one in has for pattern in each)
            for each, has in wanted
        )


class Gate(Form):
    """What a run has to come to. Whatever cannot be told counts as not met."""

    about: Text = "A gate."
    only: Only | None = None
    needs: Texts = ()
    """Suites that must have been run, wholly (with `only`: those of their cases that count); `safety.*` stands for all
    that begin so."""
    scores: dict[ScoreName, Limit] = Field(default_factory=dict)
    """Scores of the summary with their limits; `check.shop@kind.safety@tag.money` is of the safety cases with the tag
    money."""
    always: Annotated[tuple[Pattern, ...], BeforeValidator(_tuple)] = ()
    """Cases of which every one has to pass as it stands in its file: `tag:money`, `suite:safety.*`, `case:tasks/a1`."""
    baseline: Signed | None = None
    versions: Texts = ()
    """Parts that may only change when the gate is signed anew: model, embedding, prompts, policies …"""

    @model_validator(mode="after")
    def _holds_together(self) -> Gate:
        if not (self.needs or self.scores or self.always or self.baseline):
            raise ValueError("asks for nothing: give needs, scores, always or baseline")
        if self.versions and not self.baseline:
            raise ValueError("versions: need a `baseline` that says what they were")
        return self


@dataclass(frozen=True)
class GateFile:
    """A gate, and where it stands."""

    path: Path
    gate: Gate

    @property
    def baseline_path(self) -> Path | None:
        return self.path.parent / self.gate.baseline.file if self.gate.baseline else None

    def takes(self, record: Record) -> bool:
        """Whether a record counts."""
        only = self.gate.only
        return only is None or only.takes(record.suite, record.kind, record.language, record.tags)


def read_gate(path: Path) -> GateFile:
    """Read a gate. Raises `BadSuite` that names every mistake with its line."""
    return GateFile(path, read_form(path, Gate))
