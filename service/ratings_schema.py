"""What customers say about the service, over the wire: ratings, thumbs, consents. Additions only."""

from __future__ import annotations

from typing import Annotated, Literal, get_args

from msgspec import Meta, Struct

from service.schema import storable

MOST_OF_A_REASON = 1000
Purpose = Literal["proactive_messages", "recommendations"]
PURPOSES: tuple[Purpose, ...] = get_args(Purpose)
Thumb = Literal["up", "down"]
Reason = Annotated[str, Meta(max_length=MOST_OF_A_REASON)]


class NewRating(Struct, forbid_unknown_fields=True, frozen=True):
    """How satisfied the customer was with the conversation: 1 (not at all) to 5."""

    score: Annotated[int, Meta(ge=1, le=5)]
    reason: Reason = ""

    def __post_init__(self) -> None:
        storable(self.reason)


class NewThumb(Struct, forbid_unknown_fields=True, frozen=True):
    thumb: Thumb
    reason: Reason = ""

    def __post_init__(self) -> None:
        storable(self.reason)


class NewConsent(Struct, forbid_unknown_fields=True, frozen=True):
    purpose: Purpose
    granted: bool


class RatingView(Struct, frozen=True):
    """`at` is when it was last changed, `changeable_until` when it becomes final."""

    conversation_id: str
    score: int
    reason: str
    at: str
    changeable_until: str


class ThumbView(Struct, frozen=True):
    turn_id: str
    thumb: Thumb
    reason: str
    at: str


class FeedbackView(Struct, frozen=True):
    """What was said about a conversation so far; `rating` is null before there is one."""

    conversation_id: str
    rating: RatingView | None
    thumbs: list[ThumbView]


class ConsentView(Struct, frozen=True):
    """`at` is null where the customer was never asked; then nothing is allowed."""

    purpose: Purpose
    granted: bool
    at: str | None
