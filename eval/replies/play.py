"""Plays cases against the whole agent in this process, in the sample shop at one fixed moment."""

from __future__ import annotations

import secrets
import shutil
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import jwt
from pydantic import SecretStr

from agent.language_model import CancelToken
from agent.turn import Parts
from eval.replies.cases import Case
from eval.replies.errors import OtherDocuments
from eval.replies.known import Known, figures_of, records_of
from eval.replies.sample import MOMENT, sample_shop
from eval.replies.scorers import Scores, score
from retrieval.passages import Passage
from service.conversations import ConversationStore
from service.schema import CustomerHint, Turn
from service.tokens import AUDIENCE, ChannelTokens
from service.turns import TurnService
from tools.catalogue import Catalogue
from tools.domain import Customer, Product
from tools.store.database import make_engine, migrate
from tools.store.protocol import OrderStore
from tools.store.sql import SqlStore

CHANNEL = "eval"
TOKEN_LIFE = timedelta(minutes=10)
_RESULTS = ("proposal", "receipt", "denied")


@dataclass(frozen=True)
class Played:
    """A case with its reply. Times in seconds from sending; `first_s` until the first verified sentence.

    `made` tells how the text came about: "fixed" (templates), "generated", "quoted". `passages` are ids of what
    was found, with their scores; `dropped` the sentences that were not said, each with the objection.
    """

    case: Case
    reply: str
    scores: Scores
    first_s: float
    turn_s: float
    timings_ms: dict[str, float]
    decision: str
    rule: str
    made: tuple[str, ...]
    cites: tuple[str, ...] = ()
    passages: dict[str, float] = field(default_factory=dict)
    dropped: tuple[tuple[str, str], ...] = ()
    counts: dict[str, float] = field(default_factory=dict)

    def record(self) -> dict[str, Any]:
        """Plain values, as they are written to a file of records."""
        case = self.case
        return {
            "id": case.id, "kind": case.kind, "language": case.language, "customer": case.customer,
            "before": list(case.before), "text": case.text, "reply": self.reply, "correct": self.scores.correct,
            "wrong": self.scores.why(), "unsupported": list(self.scores.unsupported),
            "promises": list(self.scores.promises), "other_language": list(self.scores.language),
            "first_s": round(self.first_s, 4), "turn_s": round(self.turn_s, 4), "timings_ms": self.timings_ms,
            "decision": self.decision, "rule": self.rule, "made": list(self.made), "cites": list(self.cites),
            "gold": list(case.expect.cites), "passages": self.passages, "dropped": [list(each) for each in self.dropped],
            "counts": self.counts,
        }  # fmt: skip


@dataclass(frozen=True)
class Stage:
    """The sample shop, ready to be opened anew for every case: nothing that one does is there for the next."""

    parts: Parts
    versions: dict[str, str]
    database: Path
    products: Sequence[Product]
    sections: Mapping[str, Sequence[str]]
    texts: Mapping[str, str]

    def check(self, cases: Iterable[Case]) -> None:
        """Raise `OtherDocuments` when cases are about sections that the documents in use do not have."""
        gone = {topic: case for case in cases for topic in case.expect.cites if topic not in self.sections}
        if gone:
            listed = "\n".join(
                f"{case.source}: {topic!r} is not published here" for topic, case in gone.items()
            )
            raise OtherDocuments(
                f"{listed}\nthe cases are about the sample shop's documents, examples/policies"
            )

    def play(self, case: Case) -> Played:
        """Send the case's messages in a conversation of its own and judge the last reply."""
        with self._opened() as turns:
            store = turns.parts.store
            customer = store.find_customer(email=case.customer) if case.customer else None
            known = self._known(case, customer, store)
            hint = CustomerHint(token=_token(customer, turns)) if customer else None
            conversation = turns.open(CHANNEL, case.language, hint).conversation_id
            for text in case.before:
                turns.answer(conversation, text, None, _nobody_listens, CancelToken())
            heard: list[float] = []
            started = time.perf_counter()
            turn = turns.answer(conversation, case.text, None, _listener(heard), CancelToken())
            took = time.perf_counter() - started
            record = turns.explain(turn.turn_id)
        assert record is not None
        trace = record["trace"]
        known = self._with_turn(known, turn, trace)
        first = heard[0] - started if heard else took
        return _played(case, turn, trace, score(case, turn.reply, known), first, took)

    def _known(self, case: Case, customer: Customer | None, store: OrderStore) -> Known:
        orders = store.orders_of(customer.id) if customer else ()
        records = records_of(customer, orders, self.products, MOMENT, self.parts.policies.timezone)
        asked = "\n".join((*case.before, case.text)).lower()
        named = [each for each in self.products if each.name.zh in asked or each.name.en.lower() in asked]
        shop = {name for key in ("name.zh", "name.en") if (name := store.meta(key))}
        return Known(
            gold=tuple(text for topic in case.expect.cites for text in self.sections.get(topic, ())),
            facts=records.facts | frozenset(figures_of(named, self.parts.policies.timezone)),
            names=records.names | shop,
            states=records.states,
        )

    def _with_turn(self, known: Known, turn: Turn, trace: dict[str, Any]) -> Known:
        """What was known, with what this turn retrieved and did."""
        seen = [
            *(hit["passage_id"] for hit in trace["retrieval"]["hits"]),
            *(each.passage_id for each in turn.citations),
        ]
        results = [trace["action"].get(name) for name in _RESULTS]
        # The catalogue is a source too; a reply may only use it for the goods that it names.
        told = [each for each in self.products if each.name.zh in turn.reply or each.name.en in turn.reply]
        results += [(each, sum(variant.has(1) for variant in each.variants)) for each in told]
        return replace(
            known,
            passages=tuple(self.texts[each] for each in dict.fromkeys(seen) if each in self.texts),
            facts=known.facts | frozenset(figures_of(results, self.parts.policies.timezone)),
            receipts=bool(turn.receipts),
            handed_over=turn.decision.kind == "handover",
        )

    @contextmanager
    def _opened(self) -> Iterator[TurnService]:
        """The agent on a copy of the shop, at the cases' moment."""
        with TemporaryDirectory(prefix="kefu-replies-") as folder:
            copied = shutil.copy(self.database, folder)
            engine = make_engine(f"sqlite:///{copied}")
            try:
                store = SqlStore(engine)
                mine = replace(self.parts, store=store, catalogue=Catalogue(store))
                tokens = ChannelTokens({CHANNEL: (SecretStr(secrets.token_hex(32)),)})
                yield TurnService(mine, ConversationStore(engine), self.versions, lambda: MOMENT, tokens)
            finally:
                engine.dispose()


@contextmanager
def open_stage(parts: Parts, versions: dict[str, str], passages: Iterable[Passage]) -> Iterator[Stage]:
    """The sample shop as it stands at `MOMENT`, for the agent made of `parts`; `passages` are its knowledge."""
    shop = sample_shop()
    sections: defaultdict[str, list[str]] = defaultdict(list)
    texts: dict[str, str] = {}
    for passage in passages:
        texts[passage.id] = f"{passage.context}\n{passage.text}"
        sections[passage.topic].append(texts[passage.id])
    with TemporaryDirectory(prefix="kefu-replies-") as folder:
        database = Path(folder) / "shop.sqlite3"
        engine = make_engine(f"sqlite:///{database}")
        try:
            migrate(engine)
            SqlStore(engine).import_shop(shop)
        finally:
            engine.dispose()
        yield Stage(parts, versions, database, shop.products, dict(sections), texts)


def _token(customer: Customer, turns: TurnService) -> str:
    """What a channel signs for a customer who is logged in there."""
    times = {"iat": MOMENT.timestamp(), "exp": (MOMENT + TOKEN_LIFE).timestamp()}
    (secret,) = turns.tokens.secrets[CHANNEL]
    return jwt.encode(
        {"sub": customer.id, "aud": AUDIENCE, "iss": CHANNEL} | times, secret.get_secret_value(), "HS256"
    )


def _played(
    case: Case, turn: Turn, trace: dict[str, Any], scores: Scores, first_s: float, turn_s: float
) -> Played:
    generation = trace.get("generation") or {}
    return Played(
        case, turn.reply, scores, first_s, turn_s, dict(turn.timings_ms), turn.decision.kind, turn.decision.rule,
        made=tuple(sorted({_made(each.source, each.why) for each in turn.claims if each.supported})),
        cites=tuple(each.passage_id for each in turn.citations),
        passages={hit["passage_id"]: hit["score"] for hit in trace["retrieval"]["hits"]},
        dropped=tuple((each.sentence, each.why) for each in turn.claims if not each.supported),
        counts={
            name: value for name, value in generation.items()
            if isinstance(value, int | float) and not isinstance(value, bool)
        },
    )  # fmt: skip


def _made(source: str, why: str) -> str:
    kind = source.partition(":")[0]
    if kind == "passage":
        return "quoted" if why == "quoted" else "generated"
    return {"template": "fixed"}.get(kind, kind)


def _listener(heard: list[float]) -> Any:
    def listen(name: str, _value: Any) -> None:
        if name == "delta":
            heard.append(time.perf_counter())

    return listen


def _nobody_listens(_name: str, _value: Any) -> None:
    return
