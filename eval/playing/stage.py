"""The agent, opened anew for every case on a copy of the case's shop: nothing that one does is there for the next."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import jwt
from pydantic import SecretStr
from sqlalchemy import Engine

from agent.language_model import ScriptedModel
from agent.model_queue import ModelQueue
from agent.turn import Parts
from agent.write import Writer
from eval.cases.errors import BadSuite
from eval.cases.schema import Case, ShopState
from eval.playing.documents import PoisonedKnowledge
from eval.playing.knowing import Library, ShopFacts
from eval.playing.shops import Shops
from eval.replies.sample import MOMENT
from service.conversations import ConversationStore
from service.schema import CustomerHint
from service.tokens import AUDIENCE, ChannelTokens
from service.turns import TurnService
from tools.catalogue import Catalogue
from tools.domain import Customer
from tools.store.database import make_engine
from tools.store.sql import SqlStore

CHANNEL = "eval"
TOKEN_LIFE = timedelta(minutes=30)
# Between two messages of a customer.
PAUSE = timedelta(seconds=20)


@dataclass
class CaseClock:
    """Stands still during a turn and goes on between two: no rule and no record depends on the machine's speed.

    `moments` are those of the messages after the first, where they are known.
    """

    now: datetime
    moments: Sequence[datetime] = ()

    def __call__(self) -> datetime:
        return self.now

    def tick(self) -> None:
        """On to the next message, never back."""
        if self.moments:
            self.now, self.moments = max(self.now, self.moments[0]), self.moments[1:]
        else:
            self.now += PAUSE


@dataclass(frozen=True)
class Opened:
    """A conversation that has begun, with the shop behind it."""

    turns: TurnService
    clock: CaseClock
    conversation_id: str
    facts: ShopFacts
    store: SqlStore
    engine: Engine
    before: Path


@dataclass(frozen=True)
class Stage:
    """What all cases share: the agent's parts, the published passages, and the shops."""

    parts: Parts
    versions: dict[str, str]
    library: Library
    shops: Shops
    _facts: dict[int, ShopFacts] = field(default_factory=dict)

    def facts(self, state: ShopState | None, beside: Path) -> ShopFacts:
        """What the shop of a case knows. Raises `BadSuite`."""
        shop, _ = self.shops.open(state, beside)
        return self._facts.setdefault(id(shop), ShopFacts(shop, self.parts.policies.timezone))

    @contextmanager
    def opened(
        self, case: Case, state: ShopState | None, beside: Path, email: str, moments: Sequence[datetime] = ()
    ) -> Iterator[Opened]:
        """Begin the case's conversation as the customer with this mail address, "" for a stranger.

        `moments` are those of its messages, where they are not to be the shop's own.

        Raises `BadSuite` where the case is about a customer, a shop or a section that is not there.
        """
        facts = self.facts(state, beside)
        _, before = self.shops.open(state, beside)
        with TemporaryDirectory(prefix="kefu-case-") as folder:
            copied = shutil.copy(before, folder)
            engine = make_engine(f"sqlite:///{copied}")
            try:
                store = SqlStore(engine)
                clock = CaseClock(moments[0] if moments else moment(state), moments[1:])
                turns = self._service(case, state, store, engine, clock)
                customer = self._customer(case, facts, email, beside)
                hint = (
                    CustomerHint(token=_token(customer, turns, clock.now))
                    if customer and case.signed_in
                    else None
                )
                begun = turns.open(CHANNEL, case.language, hint).conversation_id
                yield Opened(turns, clock, begun, facts, store, engine, before)
            finally:
                engine.dispose()

    def _service(
        self, case: Case, state: ShopState | None, store: SqlStore, engine: Engine, clock: CaseClock
    ) -> TurnService:
        mine = replace(self.parts, store=store, catalogue=Catalogue(store))
        if state and state.documents:
            poison = state.documents
            mine = replace(mine, knowledge=lambda: PoisonedKnowledge(self.parts.knowledge(), poison))
        if case.model_says:
            mine = replace(mine, writer=_speaking(self.parts.writer, case.model_says))
        tokens = ChannelTokens({CHANNEL: (SecretStr(secrets.token_hex(32)),)})
        return TurnService(mine, ConversationStore(engine), self.versions, clock, tokens)

    def _customer(self, case: Case, facts: ShopFacts, email: str, beside: Path) -> Customer | None:
        if not email:
            return None
        found = facts.by_mail(email)
        if found is None:
            raise BadSuite(
                [f"{beside}: case {case.id}: customer: {email!r} is nobody's mail address in the shop"]
            )
        return found


def moment(state: ShopState | None) -> datetime:
    """When the first message of a case is sent."""
    if state and state.moment:
        return datetime.fromisoformat(state.moment)
    return MOMENT + timedelta(days=state.days_later) if state else MOMENT


@contextmanager
def open_stage(parts: Parts, versions: dict[str, str], library: Library) -> Iterator[Stage]:
    """A stage for the agent made of `parts`."""
    with TemporaryDirectory(prefix="kefu-shops-") as folder:
        yield Stage(parts, versions, library, Shops(Path(folder)))


def _speaking(writer: Writer, texts: Sequence[str]) -> Writer:
    """The writer with a model that says what it is told to, whatever is asked."""
    model = ScriptedModel(texts, default=texts[-1])
    return replace(writer, model=model, queue=ModelQueue(8, 1), phrasing="write")


def _token(customer: Customer, turns: TurnService, now: datetime) -> str:
    """What a channel signs for a customer who is logged in there."""
    times = {"iat": now.timestamp(), "exp": (now + TOKEN_LIFE).timestamp()}
    (secret,) = turns.tokens.secrets[CHANNEL]
    return jwt.encode(
        {"sub": customer.id, "aud": AUDIENCE, "iss": CHANNEL} | times, secret.get_secret_value(), "HS256"
    )
