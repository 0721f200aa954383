"""The slower half of the insights' endpoint: findings, forecasts, who will write, and what the filters offer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from litestar import Controller, get
from litestar.di import NamedDependency, Provide
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, SkipValidation
from msgspec import Struct

from insights.facts.filters import Filter
from insights.queries.choices import Choices, choices
from insights.report import analyses as shown
from insights.report.satisfaction import satisfaction_shown
from insights.report.selecting import openings
from prompts.render import Texts
from service.insights.computed import Background, Computed
from service.insights.desk import IN_CLEAR, InsightsDesk
from service.insights.routes import Desk, Unmasked, Wanted, filter_of
from service.insights.rules import RuleName, SectionOf, rule_names
from service.staff import needs_staff
from service.turns import TurnService
from tools.policy.cards import PolicyBook

Embed = Callable[[list[str]], list[list[float]]]


@dataclass(frozen=True, slots=True)
class Analysts:
    """What the analyses are made with. `texts` are in the voice of now; without `embed` reasons are not grouped;
    `section` gives the pieces of a section of the documents that are in force."""

    background: Background
    policies: PolicyBook
    texts: Callable[[], Texts]
    clock: Callable[[], datetime]
    embed: Embed | None = None
    section: SectionOf = lambda topic, language: ()


class Analysis(Struct, frozen=True):
    """`result` is as of `as_of`; while `computing`, ask again soon. `error` says why there is none."""

    as_of: datetime | None
    computing: bool
    error: str
    result: dict[str, Any] | None


Made = SkipValidation[NamedDependency[Analysts]]


def analysts_of(turns: TurnService, embed: Embed | None) -> Analysts:
    parts = turns.parts
    return Analysts(
        Background(turns.clock), parts.policies,
        lambda: parts.texts.spoken_in(parts.policies.voice_at(turns.clock())), turns.clock, embed,
        lambda topic, language: parts.knowledge().section(topic, language),
    )  # fmt: skip


class Analyses(Controller):
    """Answers at once with what is known, and computes in the background."""

    path = "/v1/insights"
    tags = ("insights",)
    guards = (needs_staff,)
    dependencies = {"wanted": Provide(filter_of, sync_to_thread=False)}

    @get("/choices", summary="What the filters can be set to", sync_to_thread=True)
    def choices(self, desk: Desk) -> Choices:
        return choices(desk.engine)

    @get("/rules", summary="The rules of the policy cards in words, by id", sync_to_thread=True)
    def rules(self, analysts: Made) -> dict[str, RuleName]:
        return dict(rule_names(analysts.policies, analysts.section))

    @get("/satisfaction", summary="Ratings and thumbs, with intervals", sync_to_thread=True)
    def satisfaction(self, desk: Desk, wanted: Wanted) -> dict[str, Any]:
        return satisfaction_shown(desk.engine, wanted)

    @get("/findings", summary="What makes service slow or goes wrong too often", sync_to_thread=True)
    def findings(self, desk: Desk, analysts: Made, wanted: Wanted) -> Analysis:
        """Of the days of the filter; it compares channels, languages and products itself."""
        days = Filter(wanted.since, wanted.until)
        known = analysts.background.get(("findings", days), lambda: _findings(desk, days))
        return _said(known, lambda found: shown.findings_shown(*found))

    @get("/forecasts", summary="Contacts and sales to expect", sync_to_thread=True)
    def forecasts(self, desk: Desk, analysts: Made) -> Analysis:
        known = analysts.background.get(
            "forecasts", lambda: shown.make_forecasts(desk.engine, analysts.clock(), desk.zone)
        )
        return _said(known, shown.forecasts_shown)

    @get("/outreach", summary="Who will probably write within a week, and why", sync_to_thread=True)
    def outreach(self, desk: Desk, analysts: Made, unmasked: Unmasked = False) -> Analysis:
        masks = IN_CLEAR if unmasked else desk.masks
        known = analysts.background.get("outreach", lambda: _outreach(desk, analysts))
        return _said(known, lambda rows: shown.outreach_shown(rows, masks, desk.masks.customer))

    @get("/outreach/{customer:str}", summary="One of them: what the reason speaks of", sync_to_thread=True)
    def outreach_row(
        self, desk: Desk, analysts: Made, customer: FromPath[str], unmasked: Unmasked = False
    ) -> dict[str, Any]:
        """`customer` is the pseudonym that the list has in the row's `selection`."""
        known = analysts.background.get("outreach", lambda: _outreach(desk, analysts))
        masks = IN_CLEAR if unmasked else desk.masks
        found = shown.outreach_row_shown(known.result or (), customer, masks, desk.masks.customer)
        if found is None:
            raise NotFoundException("nobody on the list of those who will write has this pseudonym")
        return found

    @get(
        "/risks",
        summary="Signs of misuse for a person to look at, and whom they fall on",
        sync_to_thread=True,
    )
    def risks(self, desk: Desk, analysts: Made, unmasked: Unmasked = False) -> Analysis:
        masks = IN_CLEAR if unmasked else desk.masks
        known = analysts.background.get("risks", lambda: shown.find_risks(desk.engine, analysts.clock()))
        return _said(known, lambda report: report.json(masks, desk.masks.customer))

    @get("/reasons", summary="Why customers were not satisfied, grouped by meaning", sync_to_thread=True)
    def reasons(self, desk: Desk, analysts: Made, wanted: Wanted) -> Analysis:
        known = analysts.background.get(("reasons", wanted), lambda: _reasons(desk, analysts, wanted))
        return _said(known, shown.reasons_shown)


def _findings(desk: InsightsDesk, days: Filter) -> Any:
    report = shown.find_findings(desk.engine, days)
    return report, openings(desk.engine, report, days)


def _outreach(desk: InsightsDesk, analysts: Analysts) -> Any:
    from insights.outreach.defects import defects_in
    from insights.outreach.outreach import outreach

    defects = defects_in(shown.find_findings(desk.engine, Filter()))
    return outreach(desk.engine, analysts.clock(), analysts.policies, analysts.texts(), defects)


def _reasons(desk: InsightsDesk, analysts: Analysts, wanted: Filter) -> Any:
    from insights.satisfaction.reasons import reason_groups

    return reason_groups(desk.engine, wanted, analysts.embed) if analysts.embed else []


def _said(known: Computed, show: Callable[[Any], dict[str, Any]]) -> Analysis:
    result = show(known.result) if known.result is not None else None
    return Analysis(known.as_of, known.computing, known.error, result)
