"""The agent, opened anew for every case on a copy of the case's shop: nothing that one does is there for the next."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Iterator, Mapping, Sequence
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
from eval.playing.complaints import CannotFile, file_complaints, owner_of
from eval.playing.documents import PoisonedKnowledge
from eval.playing.knowing import Library, ShopFacts
from eval.playing.shops import Shops
from eval.playing.tastes import Tastes
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
    """A conversation that has begun, with the shop behind it. `before` is the shop's file as it was at first, `private`
    what of each customer nobody else may be told."""

    turns: TurnService
    clock: CaseClock
    conversation_id: str
    facts: ShopFacts
    store: SqlStore
    engine: Engine
    before: Path
    private: Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Stage:
    """What all cases share: the agent's parts, the published passages, and the shops."""

    parts: Parts
    versions: dict[str, str]
    library: Library
    shops: Shops
    _facts: dict[int, ShopFacts] = field(default_factory=dict)
    _tastes: dict[Path, Tastes] = field(default_factory=dict)

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
        with TemporaryDirectory(prefix="kefu-case-") as folder:
            before = self._before(case, state, beside, Path(folder))
            copied = shutil.copy(before, Path(folder) / "now.sqlite3")
            engine = make_engine(f"sqlite:///{copied}")
            try:
                store = SqlStore(engine)
                clock = CaseClock(moments[0] if moments else moment(state), moments[1:])
                turns = self._service(case, state, store, engine, clock, self._tastes_of(state, beside))
                customer = self._customer(case, facts, email, beside)
                hint = (
                    CustomerHint(token=_token(customer, turns, clock.now))
                    if customer and case.signed_in
                    else None
                )
                begun = turns.open(CHANNEL, case.language, hint).conversation_id
                yield Opened(turns, clock, begun, facts, store, engine, before, _private(facts, state))
            finally:
                engine.dispose()

    def close(self) -> None:
        """Let go of the shops' files."""
        for each in self._tastes.values():
            each.close()

    def _before(self, case: Case, state: ShopState | None, beside: Path, folder: Path) -> Path:
        """The shop's file before the first message; with complaints in it, one of the case's own."""
        shop, path = self.shops.open(state, beside)
        if state is None or not state.complaints:
            return path
        now, before = moment(state), Path(shutil.copy(path, folder / "before.sqlite3"))
        engine = make_engine(f"sqlite:///{before}")
        try:
            file_complaints(state.complaints, engine, shop, self.parts.policies.at(now), now)
        except CannotFile as error:
            raise BadSuite([f"{beside}: case {case.id}: {error}"]) from error
        finally:
            engine.dispose()
        return before

    def _tastes_of(self, state: ShopState | None, beside: Path) -> Tastes:
        _, path = self.shops.open(state, beside)
        if path not in self._tastes:
            self._tastes.setdefault(path, Tastes(path))
        return self._tastes[path]

    def _service(
        self,
        case: Case,
        state: ShopState | None,
        store: SqlStore,
        engine: Engine,
        clock: CaseClock,
        tastes: Tastes,
    ) -> TurnService:
        mine = replace(self.parts, store=store, catalogue=Catalogue(store), recommender=tastes)
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
        stage = Stage(parts, versions, library, Shops(Path(folder)))
        try:
            yield stage
        finally:
            stage.close()


def _private(facts: ShopFacts, state: ShopState | None) -> dict[str, tuple[str, ...]]:
    """What of each customer nobody else may be told, their complaints with it."""
    found: dict[str, tuple[str, ...]] = dict(facts.private)
    for each in state.complaints if state else ():
        owner = owner_of(each, facts.shop).id
        found[owner] = (*found[owner], each.id, each.text)
    return found


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
