"""Whether a reply says a value, in whatever writing."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from eval.replies.figures import figures_in, generous, supported

_MARKS = re.compile(r"(?m)^\s{0,3}(?:#+|[-*+>])\s+|\*\*|__|`")
_CITED = re.compile(r"\s*\[\d+\]")
_SPACES = re.compile(r"\s+")


def says(reply: str, value: str) -> bool:
    """Whether a text has a value: figures in any usual writing, everything else letter for letter.

    Case, width, spaces, Markdown and citation marks do not count. A number without a unit is said by a figure with
    any: `499` by ¥499.00. A value between slashes, `/…/`, is a regular expression.
    """
    if pattern := pattern_of(value):
        return bool(pattern.search(plain(reply)))
    if _whole(value, reply):
        return True
    wanted = figures_in(value)
    if not wanted or not _only_figures(value):
        return False
    said = generous(plain(reply))
    return all(supported(each, said) for each in wanted)


def problem_of(value: str) -> str:
    """Why a value can never be said, "" where it can."""
    try:
        pattern = pattern_of(value)
    except re.error as error:
        return f"{value!r} is no regular expression: {error}"
    except (RecursionError, OverflowError):
        return "is too large for a regular expression"
    return "" if pattern or folded(value) else f"{value!r} is nothing but Markdown or citation marks"


def pattern_of(value: str) -> re.Pattern[str] | None:
    """The regular expression of a value between slashes. Raises `re.error`."""
    if len(value) > 2 and value.startswith("/") and value.endswith("/"):
        return re.compile(value[1:-1], re.IGNORECASE)
    return None


def plain(text: str) -> str:
    """Without citation marks and Markdown, whose place no expectation can know."""
    return _MARKS.sub("", _CITED.sub("", text)).replace("’", "'")


def folded(text: str) -> str:
    """What is the same for a reader: one case, one width, no spaces."""
    return _SPACES.sub("", unicodedata.normalize("NFKC", plain(text))).casefold()


def _whole(value: str, reply: str) -> bool:
    """Letter for letter; a figure is not part of a longer one: `7 days` is not in `17 days`."""
    wanted, said = folded(value), folded(reply)
    if not wanted or wanted not in said:
        return False
    before = r"(?<![\d.])" if wanted[0].isdigit() else ""
    after = r"(?!\.?\d)" if wanted[-1].isdigit() else ""
    return bool(re.search(before + re.escape(wanted) + after, said))


def _only_figures(value: str) -> bool:
    """Whether a value is nothing but a figure, so that another writing of it says the same."""
    rest = value
    for figure in figures_in(value):
        rest = rest.replace(figure.written, "")
    return not re.search(r"[A-Za-z\u3400-\u9fff]", rest)


def fits(expected: Any, actual: Any) -> bool:
    """Whether plain data is as expected: of mappings the named fields, of lists every entry, amounts by value."""
    if isinstance(expected, Mapping):
        return isinstance(actual, Mapping) and all(
            str(name) in map(str, actual) and fits(value, _get(actual, name))
            for name, value in expected.items()
        )
    if isinstance(expected, list | tuple):
        return (
            isinstance(actual, list | tuple)
            and len(actual) == len(expected)
            and all(fits(one, other) for one, other in zip(expected, actual, strict=True))
        )
    if isinstance(expected, bool) or isinstance(actual, bool):
        return expected is actual
    return _same(expected, actual)


def _get(actual: Mapping[Any, Any], name: Any) -> Any:
    return next(value for key, value in actual.items() if str(key) == str(name))


def _same(expected: Any, actual: Any) -> bool:
    if str(expected) == str(actual):
        return True
    try:
        return Decimal(str(expected)) == Decimal(str(actual))
    except InvalidOperation:
        return False
