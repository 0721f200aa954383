"""The insights' endpoint: every number of the dashboard, and the conversations behind it. For staff only."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from litestar import Controller, get
from litestar.di import NamedDependency, Provide
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, FromQuery, QueryParameter, SkipValidation

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
from insights.queries.selection import Selection
from insights.queries.stages import Dimension, StageTime, stages
from insights.queries.unanswered import Question, unanswered
from service.insights.desk import IN_CLEAR, InsightsDesk
from service.staff import needs_staff

Desk = SkipValidation[NamedDependency[InsightsDesk]]
Day = Annotated[date | None, QueryParameter(description="A day of the shop, included.")]
Wanted = SkipValidation[NamedDependency[Filter]]
Limit = Annotated[int, QueryParameter(ge=1, le=MOST)]
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
        "/conversations", summary="The conversations that a number counts, newest first", sync_to_thread=True
    )
    def conversations(
        self, desk: Desk, since: Day = None, until: Day = None, channel: FromQuery[str] = "", language: FromQuery[str] = "",
        product_id: FromQuery[str] = "", reason: FromQuery[str] = "", any_reason: FromQuery[str] = "", complaint: FromQuery[str] = "", complained: FromQuery[bool] = False,
        resolution: FromQuery[str] = "", came_back: FromQuery[bool] = False, handover_reason: FromQuery[str] = "", refusal: FromQuery[str] = "",
        unanswered: FromQuery[bool] = False, mood: FromQuery[Literal["", "bad", "good"]] = "", csat: FromQuery[Literal["", "rated", "low"]] = "",
        carrier: FromQuery[str] = "", warehouse: FromQuery[str] = "", region: FromQuery[str] = "", category: FromQuery[str] = "", order_id: FromQuery[str] = "",
        process: FromQuery[str] = "", stage: FromQuery[str] = "", after: FromQuery[str] = "", limit: Limit = 50, unmasked: Unmasked = False,
    ) -> Page:  # fmt: skip
        chosen = Selection(
            since, until, channel, language, product_id, reason, any_reason, complaint, complained, resolution,
            came_back, handover_reason, refusal, unanswered, mood, csat, carrier, warehouse, region, category,
            order_id, process, stage,
        )  # fmt: skip
        return conversations(desk.engine, chosen, IN_CLEAR if unmasked else desk.masks, after, limit)

    @get("/conversations/{conversation_id:str}", summary="One conversation as it was", sync_to_thread=True)
    def transcript(
        self, desk: Desk, conversation_id: FromPath[str], unmasked: Unmasked = False
    ) -> Transcript:
        found = transcript(desk.engine, conversation_id, IN_CLEAR if unmasked else desk.masks)
        if found is None:
            raise NotFoundException("there is no conversation with this id")
        return found
