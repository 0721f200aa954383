"""What is wrong with a field, in words for people who do not program."""

from __future__ import annotations

from difflib import get_close_matches
from functools import cache
from typing import Any

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from eval.cases import schema

_MEANT = {
    "bool_type": "has to be true or false",
    "dict_type": "has to be a mapping, `name: value`",
    "float_type": "has to be a number",
    "int_type": "has to be a whole number",
    "missing": "is missing",
    "model_type": "has to be a mapping, `name: value`",
    "tuple_type": "has to be a list, each entry after a `-`",
}


def hint(problem: ErrorDetails) -> str:
    """The reason, with what was meant where that can be told."""
    kind, given, context = problem["type"], problem["input"], problem.get("ctx", {})
    if kind == "extra_forbidden":
        return f"unknown field{_meant(str(problem['loc'][-1]), fields())}"
    if kind == "literal_error":
        # pydantic writes the choices as 'a', 'b' or 'c'.
        choices = str(context["expected"]).replace("'", "").replace(" or ", ", ").split(", ")
        return f"{given!r} is not one of {', '.join(choices)}{_meant(str(given), choices)}"
    if kind == "string_type":
        return f"has to be text{_quoted(given)}"
    if kind == "string_pattern_mismatch":
        return f"{given!r} has to be of small letters, digits, `-`, `_` and `.`"
    if kind == "value_error":
        return str(context["error"])
    return _MEANT.get(kind, problem["msg"])


def _quoted(given: Any) -> str:
    if isinstance(given, bool | int | float) or given is None:
        return f": YAML reads it as {_yaml(given)}; put it in double quotes"
    return ", not a list or a mapping"


def _yaml(given: Any) -> str:
    if isinstance(given, bool):
        return "yes/no"
    return "nothing" if given is None else "a number"


def _meant(given: str, known: Any) -> str:
    close = get_close_matches(given, list(known), n=1)
    return f"; is `{close[0]}` meant?" if close else ""


@cache
def fields() -> tuple[str, ...]:
    """The names of all fields of all forms of a suite."""
    forms = [each for each in vars(schema).values() if isinstance(each, type) and issubclass(each, BaseModel)]
    return tuple(dict.fromkeys(name for form in forms for name in form.model_fields))
