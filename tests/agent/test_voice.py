"""What the voice card changes in a conversation: names, banned words, and nothing of what is decided."""

from __future__ import annotations

from dataclasses import replace

from agent.act import Outcome
from agent.compose import Voice, compose
from agent.decide import decide
from agent.language_model import CancelToken, ScriptedModel
from agent.model_queue import ModelQueue
from agent.types import Decision, Part, Search, State
from agent.write import Writer, Writing
from tests.agent.builders import evidence, hit, understood
from tests.agent.goods import CARDS
from tests.agent.talking import TEXTS, NoDocuments
from tests.tools.builders import NOW
from tools.policy.voice import DEFAULT_VOICE, Speech, VoiceCard
from tools.store.memory import MemoryStore

PASSAGE = "退款 3 个工作日内到账。您可以在订单里查看。"


def speaking(card: VoiceCard, answer: str, part: Part) -> tuple[list[str], Writing]:
    """What leaves composing when the model writes `answer`."""
    texts, writing = TEXTS.spoken_in(card), Writing()
    writer = Writer(ScriptedModel([answer]), ModelQueue(5), texts, 1.0, 100, phrasing="write")
    voice = Voice(texts, writer, NoDocuments(), MemoryStore(), CARDS.returns)
    heard, seen = understood("退款几天到账", "policy_question"), evidence(hits=[hit(PASSAGE)])
    decision = Decision("answer", "knowledge.found", (part,))
    said: list[str] = []
    for draft in compose(decision, Outcome(), heard, seen, voice, CancelToken(), writing):
        said += [draft.text] if draft.sentences is None else list(draft.sentences)
    return said, writing


def policy() -> Part:
    return Part("policy", {"question": "退款几天到账", "hits": (hit(PASSAGE),)})


def test_a_sentence_with_a_banned_word_is_dropped_with_its_reason() -> None:
    card = replace(DEFAULT_VOICE, zh=Speech("小禾", banned=("亲，",)))
    said, writing = speaking(card, "亲，退款 3 个工作日内到账。你可以在订单里查看😀。", policy())
    assert said == ["您可以在订单里查看。"]
    assert writing.dropped == [("亲，退款 3 个工作日内到账。", "says “亲，”, which the voice card bans")]


def test_an_approved_answer_needs_no_model_and_one_with_a_banned_word_is_not_said() -> None:
    values = {"question": "退款几天到账", "hits": (hit(PASSAGE),), "text": "亲，3 个工作日。", "cites": ()}
    assert speaking(DEFAULT_VOICE, "", Part("approved", values)) == (["亲，3 个工作日。"], Writing())
    card = replace(DEFAULT_VOICE, zh=Speech("小禾", banned=("亲，",)))
    said, _ = speaking(card, "退款 3 个工作日内到账。", Part("approved", values))
    assert said == ["退款 3 个工作日内到账。"]


def templates(decision: Decision) -> list[str]:
    return [part.template for part in decision.parts]


def asked(state: State, use_name: bool, sentiment: str = "neutral", complaint: str = "none") -> Decision:
    from tests.agent.goods import buyer

    mine = replace(CARDS, voice=replace(DEFAULT_VOICE, use_name=use_name))
    heard = understood("退款几天到账", "policy_question", sentiment=sentiment, complaint=complaint)
    hits = (hit(PASSAGE),)
    seen = evidence(customer=buyer(), hits=hits, now=NOW)
    seen = replace(seen, searches=(Search(heard.text, hits),), threshold=0.5)
    return decide(heard, seen, state, mine)


def test_a_known_customer_is_called_by_name_once_and_only_where_the_card_says_so() -> None:
    state = State(customer_id="C-1")
    assert templates(asked(state, use_name=False)) == ["policy"]
    first = asked(state, use_name=True)
    assert templates(first) == ["hello_name", "policy"]
    assert templates(asked(first.state, use_name=True)) == ["policy"]


def test_an_angry_customer_hears_the_apology_first_and_no_name() -> None:
    decision = asked(State(customer_id="C-1"), use_name=True, sentiment="negative", complaint="logistics")
    assert templates(decision) == ["sorry", "policy"]
