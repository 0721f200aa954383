"""What is put down about a conversation for people: what each wish still needs, and the note of a hand-over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tools.domain import Language


@dataclass(frozen=True, slots=True)
class Slots:
    """A wish with what is known of it and what is not, in the words of `Awaiting`.

    `words` is how it was said, without addresses of any kind.
    """

    intent: str
    known: Mapping[str, str]
    missing: tuple[str, ...]
    words: str


@dataclass(frozen=True, slots=True)
class Finished:
    """Something that was done in a conversation; the amounts are in its receipt."""

    kind: str
    order_id: str
    subject_id: str
    receipt_id: str


@dataclass(frozen=True, slots=True)
class Dropped:
    """A proposal that was read back and waited for a yes when a person took over; nothing of it was done."""

    kind: str
    order_id: str
    proposal_id: str


@dataclass(frozen=True, slots=True)
class HandOverNote:
    """What a person has to know to go on. `customer_id` is "" while nobody knows who is asking; `grievance` is what
    the customer was angry about earlier, where that was not put on record. `moods` (−1 … 1, the newest last) and their
    `trend` ("falling", "rising", "steady") tell how it came to this.

    `last_words` and the words of the wishes hold no mail address, number of a phone, name or address: who is
    asking is known by `customer_id`, and the conversation itself is there to be read.
    """

    why: str
    customer_id: str
    language: Language
    last_words: str
    sentiment: str
    complaint: str
    urgent: bool
    failed_identities: int
    wishes: tuple[Slots, ...]
    finished: tuple[Finished, ...]
    dropped: Dropped | None = None
    grievance: str = ""
    moods: tuple[float, ...] = ()
    trend: str = ""
