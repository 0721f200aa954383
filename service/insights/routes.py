"""The insights' endpoint: every number of the dashboard, and the conversations behind it. For staff only."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from litestar import Controller, Request, get
from litestar.di import NamedDependency, Provide
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, FromQuery, QueryParameter, SkipValidation

from insights.errors import FilterError
from insights.facts.filters import Filter
from insights.queries.grouped import (
    ChannelCount,
    ComplaintCount,
    DayCount,
    DayMood,
    ReasonCount,
    channels,
    complaints,
    contacts,
    handovers,
    sentiment,
)
from insights.queries.listed import MOST, Page, Transcript, conversations, transcript
from insights.queries.overview import Overview, overview
from insights.queries.products import ProductCount, products
from insights.queries.selection import Selection, Several, several
from insights.queries.stages import Dimension, StageTime, stages
from insights.queries.unanswered import Question, unanswered
from service.insights.desk import IN_CLEAR, InsightsDesk
from service.staff import needs_staff

Desk = SkipValidation[NamedDependency[InsightsDesk]]
Day = Annotated[date | None, QueryParameter(description="A day of the shop, included.")]
Wanted = SkipValidation[NamedDependency[Filter]]
Limit = Annotated[int, QueryParameter(ge=1, le=MOST)]
Chosen = SkipValidation[NamedDependency[Selection]]
Unmasked = Annotated[bool, QueryParameter(description="Show customers, orders and texts as they are.")]


def filter_of(
    since: Day = None,
    until: Day = None,
    channel: FromQuery[str] = "",
    language: FromQuery[str] = "",
    product_id: FromQuery[str] = "",
) -> Filter:
    """What every chart can be narrowed to. Raises `FilterError`."""
    return Filter(since, until, channel, language, product_id)


# Named once for each value.
Values = FromQuery[list[str] | None]


def selection_asked(
    request: Request[Any, Any, Any],
    since: Day = None, until: Day = None, channel: FromQuery[str] = "", language: FromQuery[str] = "",
    product_id: FromQuery[str] = "", reason: Values = None, any_reason: FromQuery[str] = "",
    complaint: FromQuery[str] = "", complained: FromQuery[bool] = False, resolution: FromQuery[str] = "",
    came_back: FromQuery[bool] = False, handover_reason: FromQuery[str] = "", refusal: FromQuery[str] = "",
    unanswered: FromQuery[bool] = False, mood: FromQuery[Literal["", "bad", "good"]] = "",
    csat: FromQuery[Literal["", "rated", "low"]] = "", carrier: Values = None, warehouse: Values = None,
    region: Values = None, category: Values = None, order_id: FromQuery[str] = "", process: FromQuery[str] = "",
    stage: FromQuery[str] = "", tier: Values = None, sku: Values = None, customer: Values = None,
    outcome: FromQuery[str] = "", happened_until: Day = None, timed: FromQuery[bool] = False,
    question: FromQuery[str] = "",
) -> Selection:  # fmt: skip
    """Which conversations are asked for. Raises `FilterError`, also for a filter that there is not."""
    if strange := set(request.query_params) - _ASKED:
        raise FilterError(f"{min(strange)}: there is no such filter; there are {', '.join(sorted(_ASKED))}")
    return Selection(
        since, until, channel, language, product_id, _several(reason), any_reason, complaint, complained, resolution,
        came_back, handover_reason, refusal, unanswered, mood, csat, _several(carrier), _several(warehouse),
        _several(region), _several(category), order_id, process, stage, _several(tier), _several(sku),
        _several(customer), outcome, happened_until, timed, question,
    )  # fmt: skip


_ASKED = frozenset({*Selection.__struct_fields__, "after", "limit", "unmasked"})


def _several(values: list[str] | None) -> Several:
    return several(values or ())


class Insights(Controller):
    """Every answer is a list of numbers; the `selection` of each is what `conversations` takes."""

    path = "/v1/insights"
    tags = ("insights",)
    guards = (needs_staff,)
    dependencies = {"wanted": Provide(filter_of, sync_to_thread=False)}

    @get("/overview", summary="The main figures, and those of the period before", sync_to_thread=True)
    def overview(self, desk: Desk, wanted: Wanted) -> Overview:
        return overview(desk.engine, wanted)

    @get("/contacts", summary="Contacts by day and reason", sync_to_thread=True)
    def contacts(self, desk: Desk, wanted: Wanted) -> list[DayCount]:
        return contacts(desk.engine, wanted)

    @get("/sentiment", summary="Mood by day", sync_to_thread=True)
    def sentiment(self, desk: Desk, wanted: Wanted) -> list[DayMood]:
        return sentiment(desk.engine, wanted)

    @get("/complaints", summary="Complaints by kind and product", sync_to_thread=True)
    def complaints(self, desk: Desk, wanted: Wanted) -> list[ComplaintCount]:
        return complaints(desk.engine, wanted)

    @get("/stages", summary="How long the stages of a process take", sync_to_thread=True)
    def stages(
        self,
        desk: Desk,
        wanted: Wanted,
        process: FromQuery[str] = "return",
        by: FromQuery[Dimension] = "",
        stage: FromQuery[str] = "",
    ) -> list[StageTime]:
        return stages(desk.engine, wanted, process, by, stage)

    @get("/handovers", summary="Why conversations were handed over or refused something", sync_to_thread=True)
    def handovers(self, desk: Desk, wanted: Wanted) -> list[ReasonCount]:
        return handovers(desk.engine, wanted)

    @get("/products", summary="Products by contacts for every 100 orders", sync_to_thread=True)
    def products(self, desk: Desk, wanted: Wanted, limit: Limit = 50) -> list[ProductCount]:
        return products(desk.engine, wanted, limit)

    @get("/channels", summary="How service goes on each channel in each language", sync_to_thread=True)
    def channels(self, desk: Desk, wanted: Wanted) -> list[ChannelCount]:
        return channels(desk.engine, wanted)

    @get("/unanswered", summary="Questions that no document answers", sync_to_thread=True)
    def unanswered(self, desk: Desk, wanted: Wanted, limit: Limit = 50) -> list[Question]:
        return unanswered(desk.engine, wanted, desk.zone, limit)

    @get(
        "/conversations", summary="The conversations that a number counts, newest first", sync_to_thread=True,
        dependencies={"chosen": Provide(selection_asked, sync_to_thread=False)},
    )  # fmt: skip
    def conversations(
        self,
        desk: Desk,
        chosen: Chosen,
        after: FromQuery[str] = "",
        limit: Limit = 50,
        unmasked: Unmasked = False,
    ) -> Page:
        """A column that can take several values is named once for each: `region=A&region=B`."""
        masks = IN_CLEAR if unmasked else desk.masks
        return conversations(desk.engine, chosen, masks, after, limit, desk.masks.customer)

    @get("/conversations/{conversation_id:str}", summary="One conversation as it was", sync_to_thread=True)
    def transcript(
        self, desk: Desk, conversation_id: FromPath[str], unmasked: Unmasked = False
    ) -> Transcript:
        found = transcript(desk.engine, conversation_id, IN_CLEAR if unmasked else desk.masks)
        if found is None:
            raise NotFoundException("there is no conversation with this id")
        return found
