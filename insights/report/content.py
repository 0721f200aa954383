"""The numbers of the report: what the dashboard's endpoint would answer, computed in one go."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, get_args
from zoneinfo import ZoneInfo

from msgspec import to_builtins
from sqlalchemy import Engine

from insights.facts.filters import Filter
from insights.outreach.outreach import outreach
from insights.pseudonyms import Masks
from insights.queries import grouped
from insights.queries.choices import choices
from insights.queries.listed import transcript
from insights.queries.overview import overview
from insights.queries.products import products
from insights.queries.stages import PROCESSES, Dimension, stages
from insights.queries.unanswered import unanswered
from insights.report import analyses
from insights.report.satisfaction import satisfaction_shown
from insights.satisfaction.reasons import reason_groups
from prompts.render import Texts
from tools.policy.cards import PolicyBook

ROOT = "/v1/insights"
MOST_REASONS, TEXTS = 6, 3
# Told after every step: its name, how many are done, of how many.
Watch = Callable[[str, int, int], None]
Plain = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Shop:
    """What the report is about and how it may be told. `embed` groups reasons by meaning."""

    engine: Engine
    policies: PolicyBook
    texts: Texts
    masks: Masks
    embed: Callable[[list[str]], list[list[float]]]

    @property
    def zone(self) -> ZoneInfo:
        return self.policies.timezone


def content(
    shop: Shop, wanted: Filter, now: datetime, also: Mapping[str, Any], watch: Watch = lambda *_: None
) -> Plain:
    """Answers by the address that the dashboard asks; `also` are those of other endpoints.

    Raises `InsightsError` and `StoreUnavailable`.
    """
    steps: Sequence[tuple[str, Callable[[], Plain]]] = (
        ("figures", lambda: _figures(shop, wanted)),
        ("stages", lambda: _stages(shop, wanted)),
        ("findings", lambda: _findings(shop, wanted, now)),
        ("reasons", lambda: _reasons(shop, wanted, now)),
        ("forecasts", lambda: _forecasts(shop, now)),
        ("outreach", lambda: _outreach(shop, now)),
        ("risks", lambda: _risks(shop, now)),
    )
    answers: Plain = dict(also)
    for done, (name, step) in enumerate(steps):
        watch(name, done, len(steps))
        answers |= step()
    watch("", len(steps), len(steps))
    offered, seen = choices(shop.engine), answers[f"{ROOT}/overview"]
    return {
        "since": seen["since"], "until": seen["until"], "made_at": now.isoformat(),
        "products": to_builtins(offered.products), "answers": answers,
    }  # fmt: skip


def _figures(shop: Shop, wanted: Filter) -> Plain:
    engine = shop.engine
    found: dict[str, Any] = {
        "overview": overview(engine, wanted), "contacts": grouped.contacts(engine, wanted),
        "sentiment": grouped.sentiment(engine, wanted), "channels": grouped.channels(engine, wanted),
        "complaints": grouped.complaints(engine, wanted), "handovers": grouped.handovers(engine, wanted),
        "products": products(engine, wanted), "unanswered": unanswered(engine, wanted, shop.zone),
        "satisfaction": satisfaction_shown(engine, wanted),
    }  # fmt: skip
    return {f"{ROOT}/{name}": to_builtins(value) for name, value in found.items()}


def _stages(shop: Shop, wanted: Filter) -> Plain:
    return {
        f"{ROOT}/stages {process} {by}".rstrip(): to_builtins(stages(shop.engine, wanted, process, by))
        for process in PROCESSES
        for by in get_args(Dimension)
    }


def _findings(shop: Shop, wanted: Filter, now: datetime) -> Plain:
    days = Filter(wanted.since, wanted.until)
    found = analyses.findings_shown(analyses.find_findings(shop.engine, days))
    examples = [
        {**entry, "texts": _openings(shop, entry["conversations"])}
        for entry in found["lists"].get("reasons", [])[:MOST_REASONS]
    ]
    return {f"{ROOT}/findings": _computed(found, now), f"{ROOT}/examples": examples}


def _openings(shop: Shop, conversations: Sequence[str]) -> list[str]:
    """What a few customers began with, each text once."""
    found = (transcript(shop.engine, key, shop.masks) for key in conversations)
    texts = (each.turns[0].text for each in found if each and each.turns)
    return list(dict.fromkeys(text for text in texts if text))[:TEXTS]


def _reasons(shop: Shop, wanted: Filter, now: datetime) -> Plain:
    groups = reason_groups(shop.engine, wanted, shop.embed)
    return {f"{ROOT}/reasons": _computed(analyses.reasons_shown(groups), now)}


def _forecasts(shop: Shop, now: datetime) -> Plain:
    found = analyses.make_forecasts(shop.engine, now, shop.zone)
    return {f"{ROOT}/forecasts": _computed(analyses.forecasts_shown(found), now)}


def _outreach(shop: Shop, now: datetime) -> Plain:
    rows = outreach(shop.engine, now, shop.policies, shop.texts)
    return {f"{ROOT}/outreach": _computed(analyses.outreach_shown(rows, shop.masks), now)}


def _risks(shop: Shop, now: datetime) -> Plain:
    return {f"{ROOT}/risks": _computed(analyses.find_risks(shop.engine, now).json(shop.masks), now)}


def _computed(result: Plain, now: datetime) -> Plain:
    return {"as_of": now.isoformat(), "computing": False, "error": "", "result": result}
