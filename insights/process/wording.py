"""Findings in words, in both languages, from `texts/`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml
from jinja2 import Environment, StrictUndefined

from insights.process.draft import Draft
from insights.process.report import Finding, Sentence

FOLDER = Path(__file__).parent / "texts"
Language = Literal["zh", "en"]
Names = Mapping[str, Mapping[Language, str]]
_HOURS: dict[Language, tuple[str, str]] = {"zh": ("小时", "天"), "en": ("hours", "days")}


def worded(draft: Draft, rank: int, names: Names) -> Finding:
    """`names` has the products' names by id, for values that are not said by their id."""
    parts = {
        part: Sentence(zh=_say("zh", draft, part, names), en=_say("en", draft, part, names))
        for part in ("what", "gain", "suggestion")
    }
    return Finding(
        draft.kind, draft.subject, draft.process, draft.stage, draft.outcome, parts["what"], parts["gain"],
        parts["suggestion"], draft.evidence, draft.effect, draft.selection, draft.conversations, draft.window, rank,
    )  # fmt: skip


def _say(language: Language, draft: Draft, part: str, names: Names) -> str:
    template = _environment(language).from_string(_texts(language)["say"][draft.kind][part])
    return " ".join(template.render(_values(language, draft, names)).split())


def _values(language: Language, draft: Draft, names: Names) -> dict[str, Any]:
    evidence, dimensions = draft.evidence, {name for name, _ in draft.subject}
    verb = draft.outcome.partition(":")[0]
    return {
        "who": _who(language, draft, names), "stage": _stage(language, draft),
        "outcome": _outcome(language, draft.outcome), "name": verb,
        "of_orders": verb in ("contacted", "returned", "exchanged", "repaired", "complained", "faulty"),
        "sku": dict(draft.subject).get("sku", ""),
        "since": str(draft.window[0]) if draft.window else "", "until": str(draft.window[1]) if draft.window else "",
        "carrier": "carrier" in dimensions, "warehouse": "warehouse" in dimensions, "month": "month" in dimensions,
        "here": evidence.here, "elsewhere": evidence.elsewhere, "difference": evidence.difference,
        "low": evidence.low, "high": evidence.high, "n": evidence.n, "events": evidence.events,
        "open": evidence.still_open, "share": evidence.share_of_all,
        "hours_a_month": draft.effect.hours_a_month, "contacts_a_month": draft.effect.contacts_a_month,
    }  # fmt: skip


def _who(language: Language, draft: Draft, names: Names) -> str:
    words, parts = _texts(language)["words"], []
    for name, value in draft.subject:
        said = [_value(language, name, each, names) for each in value.split(", ")]
        label = words["dimension"].get(name, name)
        parts.append(
            f"{label}{'' if language == 'zh' else ' '}{('、' if language == 'zh' else ', ').join(said)}"
        )
    return ("，" if language == "zh" else ", ").join(parts)


def _value(language: Language, name: str, value: str, names: Names) -> str:
    words = _texts(language)["words"]
    if name == "product_id" and value in names:
        return f"{names[value][language]} ({value})"
    if name == "reason":
        return str(words["reason"].get(value, value.replace("_", " ")))
    return str(words["value"].get(value, value))


def _stage(language: Language, draft: Draft) -> str:
    words = _texts(language)["words"]
    return _environment(language).from_string(words["of"]).render(
        process=words["process"].get(draft.process, draft.process),
        stage=words["stage"].get(draft.stage, draft.stage),
    )  # fmt: skip


def _outcome(language: Language, outcome: str) -> str:
    words, (verb, _, reason) = _texts(language)["words"], outcome.partition(":")
    said = str(words["outcome"].get(verb, verb))
    if not reason:
        return said
    named = words["reason"].get(reason, reason.replace("_", " "))
    return _environment(language).from_string(words["because"]).render(outcome=said, reason=named)


@cache
def _texts(language: Language) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((FOLDER / f"{language}.yaml").read_text("utf-8"))
    return found


@cache
def _environment(language: Language) -> Environment:
    environment = Environment(undefined=StrictUndefined, autoescape=False)
    environment.filters |= {
        "hours": lambda hours: _hours(language, hours),
        "percent": lambda share: (
            f"{100 * share:.{0 if share >= 0.1 else 1}f}{'%' if language == 'zh' else ' %'}"
        ),
        "times": lambda ratio: f"{ratio:.1f}{' 倍' if language == 'zh' else ' times'}",
        "number": lambda number: f"{number:,.{0 if number >= 10 else 1}f}",
    }
    return environment


def _hours(language: Language, hours: float) -> str:
    """Up to two days in hours, then in days."""
    of_hours, of_days = _HOURS[language]
    return f"{hours:,.1f} {of_hours}" if abs(hours) < 48 else f"{hours / 24:,.1f} {of_days}"
