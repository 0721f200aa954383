"""What a reply may rest on, read from the shop and from the record of its turn."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import prompts
from eval.replies.figures import Figure, figures_in
from eval.replies.known import Known, figures_of, records_of
from retrieval.passages import Passage
from service.schema import Turn
from tools.domain import Customer, Order, Product, Shop

_RESULTS = ("proposal", "receipt", "denied")


@dataclass(frozen=True)
class Library:
    """The published passages: `sections` by topic, `texts` by passage."""

    sections: Mapping[str, Sequence[str]]
    texts: Mapping[str, str]

    @classmethod
    def of(cls, passages: Iterable[Passage]) -> Library:
        sections: dict[str, list[str]] = {}
        texts: dict[str, str] = {}
        for passage in passages:
            texts[passage.id] = f"{passage.context}\n{passage.text}"
            sections.setdefault(passage.topic, []).append(texts[passage.id])
        return cls(sections, texts)

    def gold(self, topics: Iterable[str]) -> tuple[str, ...]:
        return tuple(text for topic in topics for text in self.sections.get(topic, ()))


@dataclass(frozen=True)
class ShopFacts:
    """What a shop knows, arranged for judging replies."""

    shop: Shop
    zone: tzinfo

    def customer(self, customer_id: str) -> Customer | None:
        return self._customers.get(customer_id)

    def by_mail(self, email: str) -> Customer | None:
        return next((each for each in self.shop.customers if each.email == email), None)

    def known(
        self, customer: Customer | None, orders: Sequence[Order], asked: str, gold: tuple[str, ...], now: datetime
    ) -> Known:  # fmt: skip
        """Before a turn: `orders` as they are then, `asked` what the customer has written until then."""
        records = records_of(customer, orders, self.shop.products, now, self.zone)
        said = asked.lower()
        named = [each for each in self.shop.products if _names(each, said)]
        shop = {name for name in (self.shop.name.zh, self.shop.name.en) if name}
        return Known(
            gold=gold,
            facts=records.facts | frozenset(figures_of(named, self.zone)) | figures_of_texts(),
            names=records.names | shop | {name for each in named for name in (each.name.zh, each.name.en)},
            states=records.states,
        )

    def with_turn(self, known: Known, turn: Turn, trace: dict[str, Any], library: Library) -> Known:
        """What was known, with what the turn retrieved and did."""
        found = [hit["passage_id"] for hit in trace["retrieval"]["hits"]]
        seen = dict.fromkeys([*found, *(each.passage_id for each in turn.citations)])
        results = [trace["action"].get(name) for name in _RESULTS]
        # What a rule compared before it refused, and complaints with their deadlines: they were read in the shop.
        parts = trace["decision"]["parts"]
        results += [part["values"] for part in parts if part["template"] in ("denied", "complaints")]
        # The catalogue is a source too; a reply may only use it for the goods that it names.
        told = [
            each for each in self.shop.products if each.name.zh in turn.reply or each.name.en in turn.reply
        ]
        results += [(each, sum(variant.has(1) for variant in each.variants)) for each in told]
        return replace(
            known,
            passages=tuple(library.texts[each] for each in seen if each in library.texts),
            facts=known.facts | frozenset(figures_of(results, self.zone)),
            names=known.names | {name for each in told for name in (each.name.zh, each.name.en)},
            receipts=bool(turn.receipts),
            handed_over=turn.decision.kind == "handover",
        )

    @cached_property
    def private(self) -> dict[str, tuple[str, ...]]:
        """By customer: what nobody else may be told."""
        found: dict[str, list[str]] = {each.id: [] for each in self.shop.customers}
        for each in self.shop.customers:
            found[each.id] += [each.name, each.email, each.phone, each.address.line1, each.address.line2]
        for order in self.shop.orders:
            tracking = order.shipment.tracking_no if order.shipment else ""
            found[order.customer_id] += [order.id, tracking, order.address.line1, order.address.recipient]
        return {owner: tuple(dict.fromkeys(filter(None, values))) for owner, values in found.items()}

    @cached_property
    def _customers(self) -> dict[str, Customer]:
        return {each.id: each for each in self.shop.customers}


@cache
def figures_of_texts() -> frozenset[Figure]:
    """Figures that stand in our fixed texts themselves: "W and 7 digits"."""
    lines = (
        line
        for path in sorted(Path(prompts.__file__).parent.glob("*/*.j2"))
        for line in path.read_text(encoding="utf-8").splitlines()
        if "{" not in line and not path.stem.startswith("answer_")
    )
    return frozenset(figure for line in lines for figure in figures_in(line))


def _names(product: Product, said: str) -> bool:
    return product.name.zh.lower() in said or product.name.en.lower() in said
