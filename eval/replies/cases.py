"""Cases: a message, who sends it, and what every right and complete reply must have.

A file has one case a line (JSON Lines, UTF-8): `id`, `language`, `kind`, `customer` (the mail address of
one of the sample shop's, or ""), `before`, `text`, `expect` and, if it is one of those that are compared with other
systems, `bench`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast, get_args

from eval.replies.errors import BadCases
from eval.replies.figures import figures_in
from eval.replies.sample import addresses
from tools.domain import Language

Kind = str
KINDS: tuple[Kind, ...] = ("policy", "order", "mixed", "unanswerable", "adversarial")
LANGUAGES: tuple[Language, ...] = get_args(Language)
_FIELDS = {"id", "language", "kind", "customer", "before", "text", "expect", "bench"}
_NEEDED = {"id", "language", "kind", "text", "expect"}
_EXPECTED = {"figures", "words", "never", "cites", "unknown"}
MOST_CHARACTERS = 2000


@dataclass(frozen=True, slots=True)
class Expectation:
    """What a right reply has.

    Of each of `figures` one writing has to be met, of each group of `words` one pattern has to match, and none
    of `never`. `cites` are the topics that hold the answer. `unknown` asks for a reply that admits not to know,
    refuses or offers a person.
    """

    figures: tuple[tuple[str, ...], ...] = ()
    words: tuple[tuple[re.Pattern[str], ...], ...] = ()
    never: tuple[re.Pattern[str], ...] = ()
    cites: tuple[str, ...] = ()
    unknown: bool = False


@dataclass(frozen=True, slots=True)
class Case:
    """`source` is `file:line`; `customer` is "" where nobody is signed in."""

    id: str
    language: Language
    kind: Kind
    text: str
    expect: Expectation
    customer: str = ""
    before: tuple[str, ...] = ()
    bench: bool = False
    source: str = ""


def load_cases(path: Path, customers: Collection[str] | None = None) -> list[Case]:
    """The cases of a file, in order. Raises `BadCases` naming every bad line.

    `customers` are the mail addresses that may be used; those of the sample shop's customers if absent.
    """
    known = addresses() if customers is None else customers
    cases: list[Case] = []
    problems: list[str] = []
    first_seen: dict[str, str] = {}
    for source, line in _lines(path):
        try:
            case = _case(line, source, known)
            if case.id in first_seen:
                raise ValueError(f"id: {case.id!r} is used in {first_seen[case.id]} already")
        except ValueError as error:
            problems.append(f"{source}: {error}")
        else:
            first_seen[case.id] = source
            cases.append(case)
    if problems or not cases:
        raise BadCases(problems or [f"{path}: has no case"])
    return cases


def _lines(path: Path) -> Iterator[tuple[str, str]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadCases([f"{path}: is not valid UTF-8: {error.reason}"]) from error
    except OSError as error:
        raise BadCases([f"{path}: cannot be read: {error.strerror}"]) from error
    # Not `splitlines`: a message may hold other characters that end a line for Unicode.
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            yield f"{path}:{number}", line


def _case(line: str, source: str, customers: Collection[str]) -> Case:
    try:
        fields = json.loads(line)
    except ValueError as error:
        raise ValueError(f"is not JSON: {error}") from error
    _check_fields(fields, "", _FIELDS, _NEEDED)
    customer = _text(fields, "customer") if fields.get("customer") else ""
    if customer and customer not in customers:
        raise ValueError(f"customer: {customer!r} is nobody's mail address in the sample shop")
    return Case(
        id=_text(fields, "id"),
        language=cast(Language, _one_of(fields, "language", LANGUAGES)),
        kind=_one_of(fields, "kind", KINDS),
        text=_text(fields, "text"),
        expect=_expectation(fields["expect"]),
        customer=customer,
        before=_texts(fields.get("before", []), "before"),
        bench=_flag(fields, "bench"),
        source=source,
    )


def _expectation(fields: Any) -> Expectation:
    _check_fields(fields, "expect.", _EXPECTED, set())
    expected = Expectation(
        figures=tuple(_figure(each) for each in _list(fields, "figures")),
        words=tuple(_group(each, "words") for each in _list(fields, "words")),
        never=_group(_list(fields, "never"), "never", empty=True),
        cites=_texts(_list(fields, "cites"), "expect.cites"),
        unknown=_flag(fields, "unknown", "expect."),
    )
    if not (expected.figures or expected.words or expected.unknown):
        raise ValueError("expect: asks for nothing; give figures, words or unknown")
    return expected


def _figure(value: Any) -> tuple[str, ...]:
    writings = _texts([value] if isinstance(value, str) else value, "expect.figures")
    if not writings:
        raise ValueError("expect.figures: an empty list of alternatives")
    for each in writings:
        if not figures_in(each):
            raise ValueError(f"expect.figures: {each!r} is no figure")
    return writings


def _group(value: Any, name: str, empty: bool = False) -> tuple[re.Pattern[str], ...]:
    patterns = _texts(value, f"expect.{name}")
    if not patterns and not empty:
        raise ValueError(f"expect.{name}: an empty group")
    return tuple(_pattern(each, name) for each in patterns)


def _pattern(text: str, name: str) -> re.Pattern[str]:
    try:
        return re.compile(text.replace("’", "'"), re.IGNORECASE)
    except re.error as error:
        raise ValueError(f"expect.{name}: {text!r} is no regular expression: {error}") from error


def _check_fields(fields: Any, where: str, allowed: set[str], needed: set[str]) -> None:
    if not isinstance(fields, dict):
        raise ValueError(f"{where.rstrip('.') or 'line'}: is not an object")
    if unknown := sorted(set(fields) - allowed):
        raise ValueError(f"{', '.join(where + name for name in unknown)}: unknown field")
    if missing := sorted(needed - set(fields)):
        raise ValueError(f"{', '.join(where + name for name in missing)}: is missing")


def _text(fields: dict[str, Any], name: str) -> str:
    value = fields[name]
    if not isinstance(value, str) or not value.strip() or len(value) > MOST_CHARACTERS:
        raise ValueError(f"{name}: has to be text of 1 to {MOST_CHARACTERS} characters")
    return value


def _texts(value: Any, name: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(each, str) and each.strip() for each in value):
        raise ValueError(f"{name}: has to be a list of texts")
    return tuple(value)


def _list(fields: dict[str, Any], name: str) -> list[Any]:
    value = fields.get(name, [])
    if not isinstance(value, list):
        raise ValueError(f"expect.{name}: has to be a list")
    return value


def _one_of(fields: dict[str, Any], name: str, allowed: Collection[str]) -> str:
    value = fields[name]
    if value not in allowed:
        raise ValueError(f"{name}: {value!r} is not one of {', '.join(allowed)}")
    return str(value)


def _flag(fields: dict[str, Any], name: str, where: str = "") -> bool:
    value = fields.get(name, False)
    if not isinstance(value, bool):
        raise ValueError(f"{where}{name}: has to be true or false")
    return value
