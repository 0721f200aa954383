"""Plays recorded conversations again: what was, and what the candidate does with the same messages, as two runs."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from eval.cases.bundled import Loaded
from eval.cases.schema import Case, Expect, ShopState, Step, Suite
from eval.playing.names import DrawnNames
from eval.playing.programme import Item, Programme
from eval.playing.turns import turn_record
from eval.recorded.conversations import Recorded
from eval.recorded.rewind import shop_before
from eval.runs.record import Record, Timing, key_of
from tools.shopdata.shop_file import dump_shop
from tools.store.protocol import OrderStore

SUITE = "recorded"


@dataclass(frozen=True)
class Replay:
    """`records` are what was said then; the items of `programme` have the same keys and are to be played."""

    programme: Programme
    records: tuple[Record, ...]
    timings: tuple[Timing, ...]


def prepare(found: Sequence[Recorded], store: OrderStore, folder: Path) -> Replay:
    """Write each conversation's shop into `folder`, as it was when it began."""
    items: list[Item] = []
    records: list[Record] = []
    timings: list[Timing] = []
    for each in found:
        case = case_of(each, store, folder)
        loaded = Loaded(
            Suite(suite=SUITE, about="Recorded conversations.", kind="task", cases=(case,)), folder / "-"
        )
        key = key_of(SUITE, case.id)
        items.append(
            Item(key, loaded, case, "task", case.customer or "", case.shop, case.turns,
                 moments=tuple(datetime.fromisoformat(turn.turn.at) for turn in each.turns))
        )  # fmt: skip
        records.append(record_of(each, case, key))
        timings.append(
            Timing(key, (), tuple(turn.turn.timings_ms.get("total", 0.0) / 1000 for turn in each.turns))
        )
    digest = hashlib.sha256("\n".join(f"{item.key} {item.case.says}" for item in items).encode()).hexdigest()
    return Replay(Programme(tuple(items), 0, 1, digest, (SUITE,)), tuple(records), tuple(timings))


def case_of(recorded: Recorded, store: OrderStore, folder: Path) -> Case:
    """The conversation as a case that expects what was decided then."""
    shop = shop_before(recorded, store)
    name = f"{recorded.id.lower()}.shop.json"
    (folder / name).write_text(dump_shop(shop), encoding="utf-8")
    signed_in = recorded.signed_in
    known = {each.id: each.email for each in shop.customers}
    customer = known.get(signed_in or next(iter(recorded.customer_ids), ""))
    return Case(
        id=recorded.id.lower(), language=recorded.language, customer=customer, signed_in=bool(signed_in),
        turns=tuple(_step(each.turn.text, each.turn.decision.kind) for each in recorded.turns),
        shop=ShopState(file=name), unchecked=("shop",), intents=_intents(recorded),
    )  # fmt: skip


def record_of(recorded: Recorded, case: Case, key: str) -> Record:
    """What was said and decided then, in the form of a run."""
    names = DrawnNames()
    return Record(
        key=key, suite=SUITE, kind="task", case=case.id, language=case.language, intents=case.intents,
        turns=tuple(turn_record(each.turn.text, each.turn, each.trace, names) for each in recorded.turns),
    )  # fmt: skip


def _step(text: str, decision: str) -> Step:
    return Step(say=text, expect=Expect.model_validate({"decision": decision}))


def _intents(recorded: Recorded) -> tuple[str, ...]:
    labels: Iterable[str] = (
        each.label for turn in recorded.turns for each in turn.turn.understanding.intents
    )
    return tuple(dict.fromkeys(labels))
