"""A whole conversation without models: decide, act on a shop in memory, compose from the real templates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from agent.act import Outcome, act, settle
from agent.compose import Voice, compose
from agent.decide import decide
from agent.language_model import CancelToken, ScriptedModel
from agent.model_queue import ModelQueue
from agent.recommending import NoRecommendations, Recommender, recommended
from agent.turn import TurnResult
from agent.types import Decision, Evidence, Score, State, Understanding
from agent.understand.language import detect_language
from agent.verify import verify
from agent.write import Writer, Writing
from prompts.render import Texts
from retrieval.listing import Listing
from retrieval.passages import Passage
from retrieval.readers import CUSTOMER, Reader
from retrieval.search import Hit
from tests.agent.builders import hit, searched, understood
from tests.agent.goods import BY_ID, CARDS, ORDERS, PRODUCTS, buyer
from tests.tools.builders import NOW
from tools.domain import Language, Product, Shop, Text
from tools.store.memory import MemoryStore

TEXTS = Texts(ZoneInfo("Asia/Shanghai"))


class NoDocuments:
    """Knowledge with nothing in it."""

    id = "s_test"
    threshold = 0.5

    def search(
        self,
        query: str,
        language: Language,
        k: int,
        now: datetime | None = None,
        vector: Sequence[float] | None = None,
        reader: Reader = CUSTOMER,
    ) -> list[Hit]:
        return []

    def passage(self, passage_id: str, day: date | None = None) -> Passage | None:
        return None

    def section(self, topic: str, language: Language, day: date | None = None) -> list[Passage]:
        return []

    def listing(self, passage: Passage, vector: Sequence[float]) -> Listing:
        return Listing((), ())


@dataclass
class Talk:
    """What was said so far and where it stands. `known` is whether the customer has been identified."""

    store: MemoryStore = field(default_factory=MemoryStore)
    state: State = field(default_factory=lambda: State(customer_id="C-1"))
    now: datetime = NOW
    hits: tuple[Hit, ...] = ()
    last: TurnResult | None = None
    products: Mapping[str, Product] = field(default_factory=lambda: BY_ID)
    recommender: Recommender = field(default_factory=NoRecommendations)

    def __post_init__(self) -> None:
        shop = Shop(Text("青禾优选", "Greenleaf Select"), "CNY", True, PRODUCTS, (buyer(),), ORDERS)
        self.store.import_shop(shop)

    def say(
        self,
        text: str,
        *intents: str,
        act: str = "request",
        probability: float = 0.9,
        sentiment: str = "neutral",
        complaint: str = "none",
        urgent: bool = False,
        mood: float = 0.0,
    ) -> Decision:
        """One message with the labels that the heads would have given it; `reply` is what was answered."""
        heard = understood(
            text, *intents, act=act, probability=probability, sentiment=sentiment, complaint=complaint
        )
        language = detect_language(text, self.state.language)
        return self.hear(replace(heard, urgent=urgent, mood=mood, language=language))

    def hear(self, heard: Understanding) -> Decision:
        self.now += timedelta(seconds=30)
        seen = self._seen(heard)
        decision = decide(heard, seen, self.state, CARDS)
        outcome = act(decision, self.store, CARDS, "K-1", decision.state.customer_id, self.now)
        decision = recommended(settle(decision, outcome), seen, self.recommender, self.store)
        self.state = decision.state
        self.last = self._turn(heard, seen, decision, outcome)
        return decision

    @property
    def reply(self) -> str:
        assert self.last is not None
        return self.last.reply.text

    def _seen(self, heard: Understanding) -> Evidence:
        mail = heard.first("email")
        who = buyer() if self.state.customer_id or mail == buyer().email else None
        orders = self.store.orders_of("C-1") if who else ()
        own = {order.id for order in orders}
        unknown = next((each for each in heard.values("order_id") if each not in own), None)
        return Evidence(
            snapshot_id="s_test", hits=self.hits, answerable=bool(self.hits), searches=searched(self.hits), threshold=0.5, now=self.now,
            identified=who, identity_failed=bool(mail) and who is None, orders=orders,
            order=next((each for each in orders if each.id == self.state.last_order_id), None),
            order_unknown=unknown if who else None, products=self.products,
            complaints=self.store.complaints_of("C-1") if who else (),
        )  # fmt: skip

    def _turn(self, heard: Understanding, seen: Evidence, decision: Decision, outcome: Outcome) -> TurnResult:
        writing = Writing()
        writer = Writer(ScriptedModel(), ModelQueue(5), TEXTS, 1.0, 50)
        voice = Voice(TEXTS, writer, NoDocuments(), self.store, CARDS.returns)
        drafts = compose(decision, outcome, heard, seen, voice, CancelToken(), writing)
        reply = verify(drafts, heard.language, lambda piece: None, self.now.date(), CARDS.timezone)
        # What a template says is all accounted for: of a proposal or a receipt no line may be missing.
        missing = [
            each for each in reply.claims if each.source.startswith("template:") and not each.supported
        ]
        if missing:
            raise AssertionError(f"not accounted for: {missing}")
        return TurnResult(heard, seen, decision, outcome, reply, writing, {"total": 1.0})


def angry(text: str, *intents: str, complaint: str = "other", act: str = "inform") -> Understanding:
    heard = understood(text, *intents, act=act, sentiment="negative", complaint=complaint)
    return replace(heard, alternatives=(heard.act, *heard.intents, heard.sentiment, heard.complaint))


def answering() -> tuple[Hit, ...]:
    """A passage that any question finds."""
    return (hit("退货运费由店铺承担。"),)


def scored(label: str, probability: float) -> Score:
    return Score(label, probability)
