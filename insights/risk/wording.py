"""Flags in words, in both languages, from `texts/`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from jinja2 import Environment, StrictUndefined

from tools.domain import Language, Text

FOLDER = Path(__file__).parent / "texts"


def said(about: str, part: str, numbers: Mapping[str, Any]) -> Text:
    """The sentence `part` about this; amounts among `numbers` are whole cents."""
    return Text(_say("zh", about, part, numbers), _say("en", about, part, numbers))


def word(kind: str, name: str) -> Text:
    """What a group or dimension is called; its own name where there is no word for it."""
    return Text(*(str(_texts(language)["words"][kind].get(name, name)) for language in ("zh", "en")))


def _say(language: Language, about: str, part: str, numbers: Mapping[str, Any]) -> str:
    template = _environment(language).from_string(_texts(language)["say"][about][part])
    return " ".join(template.render(numbers).split())


@cache
def _texts(language: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((FOLDER / f"{language}.yaml").read_text("utf-8"))
    return found


@cache
def _environment(language: Language) -> Environment:
    environment = Environment(undefined=StrictUndefined, autoescape=False)
    environment.filters |= {
        "money": lambda cents: f"{cents / 100:,.2f}",
        "whole": lambda number: f"{number:,.0f}",
        "number": lambda number: f"{number:,.{0 if number >= 20 else 1}f}",
        "percent": lambda share: f"{100 * share:.0f}{'%' if language == 'zh' else ' %'}",
    }
    return environment
