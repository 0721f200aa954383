"""Judges replies of all contestants alike, by the scorers of our own evaluation."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from benchmarks.answers.records import Measurement
from eval.replies.cases import Case
from eval.replies.known import Known, Records, figures_of, records_of
from eval.replies.sample import MOMENT
from eval.replies.scorers import score
from retrieval.documents import load_documents
from retrieval.passages import Passage, split_documents
from service.settings import Settings
from tools.policy.cards import PolicyBook, load_policy_book
from tools.store.database import make_engine
from tools.store.protocol import OrderStore
from tools.store.sql import SqlStore


class Judge:
    """What may be said is the same for everybody: the sections that hold the answer, the passages and tool
    results that this contestant had before it, and the records of the customer who is signed in.
    """

    def __init__(self, store: OrderStore, policies: PolicyBook, passages: Iterable[Passage]) -> None:
        self._store = store
        self._policies = policies
        self._passages = tuple(passages)

    def judge(self, case: Case, measured: Measurement) -> Measurement:
        records = self._records(case)
        results, texts = _split(measured.seen)
        known = Known(
            gold=tuple(f"{p.context}\n{p.text}" for p in self._passages if p.topic in case.expect.cites),
            passages=texts,
            facts=records.facts | frozenset(figures_of(results, self._policies.timezone)),
            names=records.names | self._shop_names(),
            states=records.states,
            receipts=measured.receipts,
            handed_over=measured.handed_over,
        )
        found = score(case, measured.reply, known)
        judged: dict[str, Any] = {
            # Silence is no answer, whatever the scorers find missing in it.
            "correct": found.correct and bool(measured.reply),
            "unsupported": list(found.unsupported),
            "promises": list(found.promises),
            "language": list(found.language),
            "why": found.why(),
        }
        return replace(measured, judged=judged)

    def _records(self, case: Case) -> Records:
        customer = self._store.find_customer(email=case.customer) if case.customer else None
        orders = self._store.orders_of(customer.id) if customer else ()
        return records_of(customer, orders, self._store.products(), MOMENT, self._policies.timezone)

    def _shop_names(self) -> set[str]:
        return {name for key in ("name.zh", "name.en") if (name := self._store.meta(key))}


def _split(seen: Iterable[str]) -> tuple[list[Any], tuple[str, ...]]:
    """Tool results, which are JSON, and passages."""
    results: list[Any] = []
    texts: list[str] = []
    for each in seen:
        try:
            results.append(json.loads(each))
        except ValueError:
            texts.append(each)
    return results, tuple(texts)


def open_judge(settings: Settings) -> Judge:
    """A judge over the sample shop that the contestants used."""
    documents, _ = load_documents(settings.policies_dir)
    store = SqlStore(make_engine(settings.database))
    return Judge(store, load_policy_book(settings.policies_dir), split_documents(documents))
