"""Ratings of conversations, thumbs for replies, and what customers allow: the routes that a channel's page calls."""

from __future__ import annotations

from litestar import Controller, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, SkipValidation
from litestar.status_codes import HTTP_200_OK

from service.ratings_schema import (
    PURPOSES,
    ConsentView,
    FeedbackView,
    NewConsent,
    NewRating,
    NewThumb,
    RatingView,
    ThumbView,
)
from service.ratings_store import RatingStore, StoredRating, StoredThumb
from service.turns import TurnService

Turns = SkipValidation[NamedDependency[TurnService]]
Ratings = SkipValidation[NamedDependency[RatingStore]]


class Satisfaction(Controller):
    path = "/v1"
    tags = ("satisfaction",)

    @post(
        "/conversations/{conversation_id:str}/rating", status_code=HTTP_200_OK, sync_to_thread=True,
        summary="Rate a conversation, or change its rating within 24 hours",
    )  # fmt: skip
    def rate(
        self, conversation_id: FromPath[str], data: JSONBody[NewRating], turns: Turns, ratings: Ratings
    ) -> RatingView:
        turns.require(conversation_id)
        stored = ratings.rate(conversation_id, data.score, data.reason.strip(), turns.clock())
        return _rating_view(conversation_id, stored)

    @get(
        "/conversations/{conversation_id:str}/feedback", sync_to_thread=True,
        summary="A conversation's rating and the thumbs for its replies",
    )  # fmt: skip
    def read(self, conversation_id: FromPath[str], turns: Turns, ratings: Ratings) -> FeedbackView:
        turns.require(conversation_id)
        rating = ratings.rating(conversation_id)
        thumbs = [_thumb_view(each) for each in ratings.thumbs(conversation_id)]
        view = _rating_view(conversation_id, rating) if rating else None
        return FeedbackView(conversation_id, view, thumbs)

    @post(
        "/turns/{turn_id:str}/feedback", status_code=HTTP_200_OK, sync_to_thread=True,
        summary="A thumb for one reply, which may be changed",
    )  # fmt: skip
    def thumb(
        self, turn_id: FromPath[str], data: JSONBody[NewThumb], turns: Turns, ratings: Ratings
    ) -> ThumbView:
        stored = ratings.thumb(turn_id, data.thumb == "up", data.reason.strip(), turns.clock())
        return _thumb_view(stored)

    @put(
        "/conversations/{conversation_id:str}/consents", sync_to_thread=True,
        summary="What the customer of a conversation allows or forbids",
    )  # fmt: skip
    def allow(
        self, conversation_id: FromPath[str], data: JSONBody[NewConsent], turns: Turns, ratings: Ratings
    ) -> ConsentView:
        turns.require(conversation_id)
        stored = ratings.allow(conversation_id, data.purpose, data.granted, turns.clock())
        return ConsentView(data.purpose, stored.granted, stored.at.isoformat())

    @get(
        "/conversations/{conversation_id:str}/consents", sync_to_thread=True,
        summary="Every purpose, and whether the customer of a conversation allows it",
    )  # fmt: skip
    def consents(self, conversation_id: FromPath[str], turns: Turns, ratings: Ratings) -> list[ConsentView]:
        turns.require(conversation_id)
        said = {
            each.purpose: (each.granted, each.at.isoformat()) for each in ratings.consents(conversation_id)
        }
        return [ConsentView(purpose, *said.get(purpose, (False, None))) for purpose in PURPOSES]


def _rating_view(conversation_id: str, rating: StoredRating) -> RatingView:
    return RatingView(
        conversation_id,
        rating.score,
        rating.reason,
        rating.at.isoformat(),
        rating.changeable_until.isoformat(),
    )


def _thumb_view(thumb: StoredThumb) -> ThumbView:
    return ThumbView(thumb.turn_id, "up" if thumb.up else "down", thumb.reason, thumb.at.isoformat())
