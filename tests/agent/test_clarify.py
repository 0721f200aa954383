"""When the customer is asked what they want, what the question offers, and that it is never asked in vain."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from agent.asked import new_requests
from agent.clarify import SAYINGS, clarify
from agent.types import Clause, Decision, ProposalRef, Request, Score, SecondLook, State, Understanding
from agent.understand.labels import ACTS, INTENTS, KNOWLEDGE_INTENTS
from agent.understand.second_look import NOTHING, unsure, wish
from agent.understand.understand import understand
from prompts.render import Texts
from service.settings import Settings
from tests.agent.builders import evidence, understood
from tests.tools.builders import NOW, POLICIES, customer, line, order
from tools.domain import Language, Text
from tools.policy.cards import load_policy_book

CARDS = load_policy_book(POLICIES).at(NOW)
TEXTS = Texts(ZoneInfo("Asia/Shanghai"))
VAGUE = {"zh": "这个跟我想的不太一样", "en": "It is somehow not what I had in mind"}
FREE = State()
LANGUAGES: tuple[Language, ...] = ("zh", "en")
ASKABLE = sorted(SAYINGS.keys() - KNOWLEDGE_INTENTS - {"complaint"})


def torn(
    *intents: str,
    said: str = NOTHING,
    language: Language = "en",
    shares: tuple[float, ...] = (0.4, 0.35, 0.1, 0.05),
) -> Understanding:
    """A message between `intents`, the best first, for which the model says `said`."""
    text = VAGUE[language]
    heads = tuple(Score(name, share) for name, share in zip(intents, shares, strict=False))
    look = SecondLook(heads, intents[:2], said)
    heard = replace(understood(text, intents[0], act="inform"), language=language, second_look=look)
    return replace(heard, clauses=(Clause(text, (intents[0],)),))


def ask(heard: Understanding, state: State = FREE, **seen: Any) -> Decision | None:
    return clarify(heard, evidence(**seen), state, CARDS)


def question(decision: Decision, language: Language) -> str:
    (part,) = decision.parts
    return TEXTS.render(language, part.template, **part.values)


def test_the_customer_chooses_between_the_two_best_readings_or_a_person() -> None:
    decision = ask(torn("return_item", "exchange_item"))
    assert decision is not None
    assert (decision.kind, decision.rule, decision.awaiting) == ("ask", "clarify", "choice")
    assert question(decision, "en").startswith(
        "Just to be sure that I understand you: would you like to return an item, or exchange an item?\n"
    )
    assert [reply.text for reply in decision.quick_replies] == [
        "I want to return it", "I want to exchange it", "Talk to a person",
    ]  # fmt: skip


def test_the_question_is_in_the_language_of_the_customer() -> None:
    decision = ask(torn("return_item", "exchange_item", language="zh"))
    assert decision is not None
    assert question(decision, "zh").startswith("跟您确认一下，您是想退货，还是想换货？\n")
    assert [reply.text for reply in decision.quick_replies] == ["我要退货", "我要换货", "转人工"]


def test_what_the_model_alone_thinks_of_is_offered_as_well() -> None:
    decision = ask(torn("return_item", "exchange_item", "repair", said="repair"))
    assert decision is not None
    assert "return an item, exchange an item, or have an item repaired?" in question(decision, "en")
    assert len(decision.quick_replies) == 4


@settings(deadline=None)
@given(st.lists(st.sampled_from(INTENTS), min_size=1, max_size=4, unique=True), st.sampled_from((*INTENTS, NOTHING, "")), st.sampled_from(LANGUAGES))  # fmt: skip
def test_every_question_can_be_said_and_has_two_or_three_different_choices(
    intents: list[str], said: str, language: Language
) -> None:
    decision = ask(torn(*intents, said=said, language=language))
    if decision is None:
        return
    assert question(decision, language)
    offered = decision.parts[0].values["intents"]
    assert 2 <= len(offered) <= 3 and set(offered) <= {*intents[:2], said}
    assert len({wish(intent) for intent in offered}) == len(offered)
    assert len({reply.text for reply in decision.quick_replies}) == len(offered) + 1
    assert intents[0] not in KNOWLEDGE_INTENTS


@pytest.mark.parametrize("first", ASKABLE)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_wish_has_a_name(first: str, language: Language) -> None:
    second = "invoice" if first != "invoice" else "account"
    decision = ask(torn(first, second, language=language))
    assert decision is not None and question(decision, language)
    assert decision.quick_replies[0].text == SAYINGS[first][language]


def test_what_is_settled_is_not_asked() -> None:
    assert ask(understood(VAGUE["en"], "return_item")) is None
    assert ask(torn("return_item", "exchange_item", said="exchange_item")) is None


@pytest.mark.parametrize("top", sorted(KNOWLEDGE_INTENTS))
def test_a_question_that_the_documents_answer_is_answered(top: str) -> None:
    assert ask(torn(top, "return_item")) is None


@pytest.mark.parametrize("top", ["complaint", "praise", "smalltalk", "out_of_scope", "talk_to_human"])
def test_what_has_a_friendly_answer_gets_it(top: str) -> None:
    assert ask(torn(top, "return_item", "exchange_item", said="exchange_item")) is None


@pytest.mark.parametrize(
    "pair", [("order_status", "tracking"), ("return_status", "refund_status"), ("exchange_item", "change_items")]
)  # fmt: skip
def test_two_names_of_one_wish_are_no_choice(pair: tuple[str, str]) -> None:
    assert ask(torn(*pair)) is None
    assert ask(torn(*pair, "complaint", said="complaint")) is not None


def test_a_reading_that_is_hardly_possible_is_no_choice() -> None:
    assert ask(torn("return_item", "exchange_item", shares=(0.4, 0.01))) is None


def test_insults_are_not_answered_with_a_question() -> None:
    heard = torn("return_item", "exchange_item")
    assert ask(replace(heard, act=Score("abuse", 0.9))) is None


@settings(deadline=None)
@given(
    st.sampled_from(("identity", "order_id", "items", "reason", "payment_method", "address", "new_item", "confirmation", "choice")),
    st.sampled_from(ACTS), st.sampled_from(ASKABLE), st.sampled_from(ASKABLE),
)  # fmt: skip
def test_while_something_else_is_open_nothing_is_asked(
    awaiting: Any, act: str, first: str, second: str
) -> None:
    heard = replace(torn(first, second), act=Score(act, 0.9))
    assert ask(heard, State(awaiting=awaiting)) is None


def test_an_open_request_or_proposal_goes_first() -> None:
    heard = torn("return_item", "exchange_item")
    assert ask(heard, State(requests=(Request("repair", "x"),))) is None
    assert ask(heard, State(proposal=ProposalRef("P-1", "d", "O-1"))) is None


@pytest.mark.parametrize("second", ASKABLE)
def test_never_twice_in_a_row(second: str) -> None:
    decision = ask(torn("cancel_order", second))
    if second != "cancel_order":
        assert decision is not None
        assert ask(torn("return_item", "exchange_item"), decision.state) is None


def test_what_a_rule_reads_is_not_asked() -> None:
    number = replace(torn("return_item", "exchange_item"), text="W1000001", intents=(), clauses=())
    asked = replace(number, entities=understood("W1000001").entities)
    assert ask(asked) is None
    coat = replace(line(1, "899.00"), name=Text("羊毛大衣", "wool coat"))
    known = replace(torn("exchange_item", "repair"), text="大衣不想要了", intents=(), clauses=())
    known = replace(known, entities=understood(known.text).entities)
    assert ask(known, State(customer_id="C-1"), customer=customer(), orders=[order(coat)]) is None
    assert ask(replace(torn("return_item", "repair"), text="我要投诉你们")) is None


def test_the_choice_is_served_with_what_was_said_before() -> None:
    decision = ask(torn("return_item", "exchange_item"))
    assert decision is not None and decision.state.unclear is not None
    assert decision.state.unclear.text == VAGUE["en"]
    answer = replace(
        understood("I want to return it", "return_item"),
        clauses=(Clause(VAGUE["en"], ("return_item",)),), meant=VAGUE["en"],
    )  # fmt: skip
    (request,) = new_requests(answer, evidence(), decision.state)
    assert (request.intent, request.text) == ("return_item", VAGUE["en"])


def test_who_chooses_to_complain_need_not_say_again_what_about() -> None:
    decision = ask(torn("return_item", "complaint"))
    assert decision is not None and decision.state.grievance is not None
    assert decision.state.grievance.words == VAGUE["en"]
    (request,) = new_requests(understood("File a complaint", "complaint"), evidence(), decision.state)
    assert (request.intent, request.words) == ("complaint", VAGUE["en"])


def test_the_question_can_be_stored_and_read_again() -> None:
    decision = ask(torn("return_item", "complaint", "repair", said="repair"))
    assert decision is not None
    assert msgspec.convert(msgspec.json.decode(msgspec.json.encode(decision.state)), State) == decision.state


@pytest.fixture(scope="module")
def reading(prepared: Settings) -> Callable[[str, Language], Understanding]:
    from agent.understand.heads import Heads
    from service.embedding import load_embeddings

    heads, embeddings = Heads.load(prepared.heads_path), load_embeddings(prepared)

    def vector(text: str) -> NDArray[np.float32]:
        return np.asarray(embeddings.hidden_query(text), dtype=np.float32)

    def read(text: str, language: Language) -> Understanding:
        assert not unsure(heads.score(text, vector(text))), text
        return understand(text, State(language=language), heads, vector)

    return read


@pytest.mark.model
@pytest.mark.parametrize("intent", SAYINGS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_choice_is_read_with_certainty(
    intent: str, language: Language, reading: Callable[[str, Language], Understanding]
) -> None:
    heard = reading(SAYINGS[intent][language], language)
    assert heard.language == language
    assert [wish(name) for clause in heard.clauses for name in clause.intents] == [wish(intent)]
