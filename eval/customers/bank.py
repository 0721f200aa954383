"""Phrase banks: what customers say in each situation, by manner, read from YAML and checked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from itertools import islice
from pathlib import Path
from string import Formatter
from typing import Annotated

from pydantic import BeforeValidator, Field

from eval.cases.errors import BadSuite
from eval.cases.read import line_of, read_form
from eval.cases.schema import Form, Name, Text, Texts
from eval.customers.situations import PLAIN, SITUATIONS
from tools.domain import Language

HERE = Path(__file__).parent
# Nobody mends more at once, and each has its line looked up.
MOST_PROBLEMS = 20
Share = Annotated[
    float, BeforeValidator(lambda value: float(value) if type(value) is int else value), Field(ge=0, le=1)
]


class Manner(Form):
    """How somebody writes and behaves. Shares are probabilities, 0..1."""

    about: str = ""
    tells: Share = 0.4
    """How likely they tell all at once, without being asked."""
    chats: Share = 0
    """How likely they begin with something beside the point."""
    typos: Share = 0
    """How likely each word of `typos` is written wrong."""
    thanks: Share = 0.7
    asks_between: Share = 0.5
    """How likely a question is asked while Kefu waits for a yes."""
    bursts: bool = False
    """Whether what they say comes as several short lines."""
    several: bool = False
    """Whether the first message holds two wishes."""
    slips: bool = False
    """Whether they tell a wrong number or address first, and then put it right."""
    wavers: bool = False
    """Whether they say no to the first proposal, and want it after all."""
    pushes_back: bool = False
    """Whether a refusal has to be said twice."""


class Listing(Form):
    """How several goods are named in one breath."""

    between: str
    last: str


class _BankForm(Form):
    language: Language
    listing: Listing
    manners: dict[Name, Manner]
    typos: dict[Text, Text]
    phrases: dict[str, dict[Name, Texts]]


@dataclass(frozen=True)
class PhraseBank:
    """Sentences by situation and manner. A manner without its own words for a situation uses the plain ones."""

    language: Language
    listing: Listing
    manners: Mapping[str, Manner]
    typos: Mapping[str, str]
    phrases: Mapping[str, Mapping[str, tuple[str, ...]]]

    def sentences(self, situation: str, manner: str) -> tuple[str, ...]:
        """Raises `KeyError` for a situation that no bank has."""
        spoken = self.phrases[situation]
        return spoken.get(manner) or spoken[PLAIN]


def placeholders(sentence: str) -> frozenset[str]:
    """The names in braces. Raises `ValueError` for braces that do not close."""
    return frozenset(name for _, name, _, _ in Formatter().parse(sentence) if name is not None)


def load_bank(path: Path) -> PhraseBank:
    """Read a phrase bank. Raises `BadSuite` naming file, line and key of its mistakes, the first twenty."""
    form = read_form(path, _BankForm)
    problems = [
        f"{path}:{line_of(path, where)}: {'.'.join(where)}: {what}"
        for where, what in islice(_problems(form), MOST_PROBLEMS)
    ]
    if problems:
        raise BadSuite(problems)
    return PhraseBank(form.language, form.listing, form.manners, form.typos, form.phrases)


@cache
def bundled_bank(language: Language) -> PhraseBank:
    """The bank that comes with Kefu."""
    return load_bank(HERE / f"phrases.{language}.yaml")


def _problems(form: _BankForm) -> Iterator[tuple[tuple[str, ...], str]]:
    if PLAIN not in form.manners:
        yield ("manners",), f"the manner `{PLAIN}` is missing"
        return
    for missing in sorted(SITUATIONS.keys() - form.phrases.keys()):
        yield ("phrases",), f"the situation `{missing}` is missing"
    for situation, by_manner in form.phrases.items():
        where = ("phrases", situation)
        if situation not in SITUATIONS:
            yield where, f"unknown situation{_meant(situation, SITUATIONS)}"
            continue
        if not by_manner.get(PLAIN):
            yield where, f"sentences of the manner `{PLAIN}` are missing"
        for manner, sentences in by_manner.items():
            if manner not in form.manners:
                yield (*where, manner), f"unknown manner{_meant(manner, form.manners)}"
            yield from _of_sentences((*where, manner), situation, sentences)


def _of_sentences(
    where: tuple[str, ...], situation: str, sentences: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], str]]:
    expected = SITUATIONS[situation]
    found = []
    for sentence in sentences:
        try:
            found.append(placeholders(sentence))
        except ValueError as error:
            yield where, f"{sentence!r}: {error}"
            continue
        for name in sorted(found[-1] - expected.known):
            yield where, f"{sentence!r}: unknown placeholder {{{name}}}{_meant(name, expected.known)}"
        for name in sorted(expected.must - found[-1]):
            yield where, f"{sentence!r}: the placeholder {{{name}}} is missing"
    if expected.may and not any(names <= expected.must for names in found):
        told = ", ".join(f"{{{name}}}" for name in sorted(expected.may))
        yield where, f"one sentence at least has to do without {told}, which not every customer knows"


def _meant(given: str, known: Mapping[str, object] | frozenset[str]) -> str:
    close = get_close_matches(given, sorted(known), n=1)
    return f"; is `{close[0]}` meant?" if close else ""
