"""Plain retrieve-then-generate: the best passages and the orders go into one prompt, the answer is streamed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from benchmarks.answers.contestant import Said, Screen
from benchmarks.answers.plain_llama import PlainLlama, TimeIsUp
from benchmarks.answers.shop import Shop, open_shop
from eval.replies.cases import Case
from models.resolve import resolve_language_model
from retrieval.passages import Passage
from service.settings import Settings

PASSAGES = 3
CONTEXT = 4096


class RagContestant:
    """Nothing is kept between two questions."""

    def __init__(self, shop: Shop, llama: PlainLlama, limit_s: float) -> None:
        self._shop = shop
        self._llama = llama
        self._limit_s = limit_s

    def prepare(self, case: Case) -> None:
        return None

    def say(self, case: Case, begun: None) -> Said:
        self._llama.forget()
        self._llama.allow(self._limit_s)
        screen, ended = Screen(), ""
        passages = self._shop.search(case.text, case.language, PASSAGES)
        try:
            for piece in self._llama.chat(self._messages(case, passages)):
                screen.show(piece)
        except (TimeIsUp, ValueError) as error:
            ended = f"{type(error).__name__}: {error}"
        seen = tuple(f"{each.context}\n{each.text}" for each in passages)
        return Said(screen.text.strip(), screen.first_s, screen.elapsed(), ended, seen=seen)

    def _messages(self, case: Case, passages: list[Passage]) -> list[dict[str, Any]]:
        shop, customer = self._shop, self._shop.customer(case)
        user = shop.prompt(
            case.language, "rag_user", passages=passages, customer=customer,
            orders=orders_json(shop, case) if customer else "", before=case.before, question=case.text,
        )  # fmt: skip
        system = shop.prompt(case.language, "rag_system")
        return [{"role": "system", "content": system}, {"role": "user", "content": user}]


def orders_json(shop: Shop, case: Case) -> str:
    """The signed-in customer's orders, each with its parcel and refunds, as the tools tell them."""
    tools = {tool.name: tool for tool in shop.tools(case)}
    orders = tools["list_orders"].invoke({})["orders"]
    for order in orders:
        named = {"order_id": order["order_id"]}
        order["parcel"] = tools["track_order"].invoke(named)
        order["refunds"] = tools["get_refund_status"].invoke(named)["refunds"]
        # The latest event says where the parcel is; the others only cost reading.
        order["parcel"]["events"] = order["parcel"].get("events", [])[-1:]
    return json.dumps(orders, ensure_ascii=False)


@contextmanager
def open_rag(settings: Settings, limit_s: float) -> Iterator[RagContestant]:
    path = resolve_language_model(settings.model, settings.models_dir)
    with open_shop(settings) as shop:
        yield RagContestant(shop, PlainLlama(path, settings.model_threads, CONTEXT), limit_s)
