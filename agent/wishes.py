"""The words of a wish beside those of the message it came with. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from agent.questions import Step
from agent.tasks import Desk
from agent.types import Part, Request, Understanding
from agent.understand.clauses import split_sentences
from agent.understand.entities import find_entities


def as_asked(request: Request, understanding: Understanding) -> Understanding:
    """The words of the request itself, without entities, which were taken from it then."""
    return replace(understanding, text=request.text, entities=())


def as_said(request: Request, understanding: Understanding, today: date) -> Understanding:
    """The words of the request with what stands in them: a reason need not be given twice."""
    return replace(understanding, text=request.text, entities=find_entities(request.text, today))


def said_in(text: str, message: str) -> bool:
    """Whether a wish is part of a message; parts that were put together may have stood apart there."""
    rest = "".join(message.split())
    return all("".join(part.split()) in rest for part in split_sentences(text))


def with_sold_out(step: Step, desk: Desk) -> Step:
    """Where the very variant that was named is sold out, that is said before the others are offered."""
    skus = [v.sku for p in desk.evidence.products.values() for v in p.variants if v.has(1)]
    if all(sku in skus for sku in step.request.offered):
        return step
    parts = tuple(Part(each.template, each.values | {"narrowed": False}) for each in step.parts)
    return replace(step, parts=parts)
