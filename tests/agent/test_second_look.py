"""Where the heads are unsure: who is asked, what counts as an answer, what becomes of the message."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from langchain_core.language_models import GenericFakeChatModel
from langchain_core.messages import AIMessage
from numpy.typing import NDArray

from agent.language_model import (
    CancelToken,
    ChatModelAdapter,
    Deadline,
    ModelError,
    Prompt,
    Schema,
    ScriptedModel,
)
from agent.model_queue import ModelQueue
from agent.types import Clause, Score, SecondLook, State, Unclear
from agent.understand.heads import Heads, HeadScores
from agent.understand.labels import ACTS, INTENTS
from agent.understand.second_look import NEARLY, NOTHING, SURE, SecondReader, leading, schema_of, unsure
from agent.understand.training import Example
from agent.understand.understand import understand
from eval.intent_model import alone, reader_of, second_looks
from prompts.render import Texts
from service.settings import ROOT
from tools.domain import Language

TEXTS = Texts(ZoneInfo("Asia/Shanghai"))
MODEL = ROOT / ".kefu" / "models" / "qwen2.5-coder-1.5b-instruct-q4_k_m.gguf"
VAGUE = "The thing that came is somehow not what I had in mind for her birthday"
SLOTS = ("identity", "order_id", "items", "reason", "payment_method", "address", "new_item", "confirmation", "choice")  # fmt: skip


def scores(*intents: tuple[str, float], act: str = "inform", threshold: float = 0.3) -> HeadScores:
    """What unsure heads say: the given intents, and hardly anything for two others."""
    rest = [(name, 0.01) for name in INTENTS if name not in dict(intents)][:2]
    ranked = tuple(Score(name, share) for name, share in (*intents, *rest))
    return HeadScores((Score(act, 0.7),), ranked, (Score("neutral", 0.9),), (), 0.1, threshold)


TORN = scores(("complaint", 0.41), ("return_item", 0.38), ("repair", 0.1))


class Fixed(Heads):
    """Heads that say the same of every message."""

    def __init__(self, says: HeadScores) -> None:
        self.says = says

    def score(self, text: str, vector: NDArray[np.float32]) -> HeadScores:
        return self.says


def embed(text: str) -> NDArray[np.float32]:
    return np.ones(3, dtype=np.float32)


def answer(intent: str) -> str:
    return json.dumps({"intent": intent})


def reader(*choices: str, **limits: float) -> SecondReader:
    return SecondReader(ScriptedModel(choices=choices), ModelQueue(4), TEXTS, **limits)


def look(said: str, says: HeadScores = TORN, cancel: CancelToken | None = None) -> SecondLook:
    return reader(said).look(VAGUE, "en", says, cancel or CancelToken())


def nobody(text: str, language: Language, heard: HeadScores) -> SecondLook:
    raise AssertionError(f"the model was asked about {text!r}")


@pytest.mark.parametrize(
    ("says", "open_"),
    [
        (scores(("return_item", 0.9)), False),
        (scores(("return_item", SURE + 0.01)), False),
        (scores(("return_item", SURE - 0.01)), True),
        (scores(("return_item", NEARLY * 0.5 + 0.01), threshold=0.5), True),
        (scores(("return_item", NEARLY * 0.5 - 0.01), threshold=0.5), False),
        (scores(("return_item", 0.05), threshold=0.5), False),
    ],
)
def test_unsure_is_between_a_likely_intent_and_none(says: HeadScores, open_: bool) -> None:
    assert unsure(says) is open_


def test_no_intent_is_one_of_two_readings_where_none_is_predicted() -> None:
    assert leading(TORN) == ("complaint", "return_item")
    assert leading(scores(("return_item", 0.4), threshold=0.5)) == (NOTHING, "return_item")


@pytest.mark.parametrize(
    ("text", "awaiting"),
    [
        ("W1000001", "order_id"), ("it is W1000001, the one from last week", "order_id"), ("the black one", "new_item"),
        ("黑色那个", "new_item"), ("第二个", "items"), ("质量问题", "reason"), ("it arrived broken and smells of glue", "reason"),
        ("wang1@example.com", "identity"), ("my name is James Miller and my zip is 200040", "identity"), ("the Visa, please", "payment_method"),
        ("12 Elm Street, Springfield, please deliver it there from now on", "address"), ("hmm", "confirmation"), ("return it", "choice"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("act", ["inform", "affirm", "correct", "partial_yes"])
def test_an_answer_to_our_question_never_waits_for_the_model(text: str, awaiting: Any, act: str) -> None:
    torn = scores(("complaint", 0.41), ("refund_status", 0.38), act=act)
    understand(text, State(awaiting=awaiting), Fixed(torn), embed, nobody)


@settings(deadline=None)
@given(st.sampled_from(["yes", "好的", "no thanks", "算了", "👌", "转人工", "..."]), st.sampled_from((None, *SLOTS)), st.sampled_from(ACTS))  # fmt: skip
def test_yes_no_and_a_call_for_a_person_never_wait(text: str, awaiting: Any, act: str) -> None:
    torn = scores(("complaint", 0.41), ("refund_status", 0.38), act=act)
    understand(text, State(awaiting=awaiting), Fixed(torn), embed, nobody)


@settings(deadline=None)
@given(st.sampled_from(SLOTS), st.sampled_from(ACTS), st.text(alphabet="a 黑大?W1", max_size=4))
def test_a_short_message_in_the_middle_of_something_never_waits(awaiting: Any, act: str, text: str) -> None:
    torn = scores(("complaint", 0.41), ("refund_status", 0.38), act=act)
    understand(text, State(awaiting=awaiting), Fixed(torn), embed, nobody)


@pytest.mark.parametrize("text", ["Hello there!", "Thanks a lot for all of that", "再见"])
def test_courtesy_never_waits(text: str) -> None:
    polite = scores(("smalltalk", 0.4), act="thanks", threshold=0.5)
    assert understand(text, State(), Fixed(polite), embed, nobody).second_look is None


@pytest.mark.parametrize(
    "text", ["I want to return the lamp", "我要换货，这个太大了", "Please cancel my order"]
)
def test_words_that_name_an_action_decide_without_the_model(text: str) -> None:
    torn = scores(("return_item", 0.41), ("exchange_item", 0.38), act="request")
    assert understand(text, State(), Fixed(torn), embed, nobody).second_look is None


def test_sure_heads_are_not_doubted() -> None:
    sure = scores(("complaint", 0.7), ("return_item", 0.2))
    assert understand(VAGUE, State(), Fixed(sure), embed, nobody).intent_names == ("complaint",)


def test_without_a_model_the_heads_alone_are_heard() -> None:
    heard = understand(VAGUE, State(), Fixed(TORN), embed)
    assert heard.intent_names == ("complaint",) and heard.second_look is None


def ask(said: str) -> Any:
    return lambda text, language, heard: reader(said).look(text, language, heard, CancelToken())


def test_the_model_decides_between_the_two_best_readings() -> None:
    heard = understand(VAGUE, State(), Fixed(TORN), embed, ask(answer("return_item")))
    assert heard.intent_names == ("return_item",)
    assert heard.clauses == (Clause(VAGUE, ("return_item",)),)
    assert heard.second_look is not None and heard.second_look.agreed


def test_none_is_believed_where_the_heads_predict_nothing() -> None:
    nearly = scores(("return_item", 0.4), threshold=0.5)
    heard = understand(VAGUE, State(), Fixed(nearly), embed, ask(answer(NOTHING)))
    assert heard.intents == () and heard.second_look is not None and heard.second_look.agreed
    wanted = understand(VAGUE, State(), Fixed(nearly), embed, ask(answer("return_item")))
    assert wanted.intent_names == ("return_item",)


@pytest.mark.parametrize("said", ["repair", NOTHING])
def test_another_reading_is_kept_for_the_record_only(said: str) -> None:
    heard = understand(VAGUE, State(), Fixed(TORN), embed, ask(answer(said)))
    assert heard.intent_names == ("complaint",)
    assert heard.second_look is not None
    assert (heard.second_look.said, heard.second_look.agreed) == (said, False)


def test_the_record_holds_what_was_said_by_whom_and_how_long_it_took() -> None:
    found = look(answer("repair"))
    assert [score.label for score in found.heads] == ["complaint", "return_item", "repair", "order_status"]
    assert found.heads[0].probability == 0.41
    assert (found.leading, found.said, found.problem) == (("complaint", "return_item"), "repair", "")
    assert 0 < found.ms < 10_000


@settings(deadline=None)
@given(st.one_of(
    st.text(max_size=60), st.sampled_from(INTENTS).map(answer),
    st.recursive(st.none() | st.text() | st.integers(), lambda x: st.lists(x) | st.dictionaries(st.just("intent"), x)).map(json.dumps),
))  # fmt: skip
def test_only_a_candidate_is_an_answer(said: str) -> None:
    found = look(said)
    candidates = {score.label for score in found.heads} | {NOTHING}
    assert found.said in candidates or (found.said == "" and found.problem == "no answer")


@pytest.mark.parametrize(
    "said", ["", '{"intent": "retu', "return_item", '{"intent": "return_item"} and more']
)
def test_half_an_answer_is_none(said: str) -> None:
    assert look(said).said == ""


class Broken(ScriptedModel):
    """Fails as models do: at once, or after the first piece."""

    def __init__(self, error: Exception, pieces: str = "") -> None:
        super().__init__()
        self._error, self._pieces = error, pieces

    def stream(
        self, prompt: Prompt, max_tokens: int, cancel: CancelToken, schema: Schema | None = None
    ) -> Iterator[str]:
        yield from self._pieces
        raise self._error


@pytest.mark.parametrize(
    "error", [ModelError("gone"), RuntimeError("llama_decode"), OSError("disk"), ValueError("x")]
)
@pytest.mark.parametrize("pieces", ["", answer("return_item")])
def test_a_broken_model_is_no_opinion_and_no_error(error: Exception, pieces: str) -> None:
    broken = SecondReader(Broken(error, pieces), ModelQueue(1), TEXTS)
    found = broken.look(VAGUE, "en", TORN, CancelToken())
    assert found.said == "" and type(error).__name__ in found.problem
    assert broken.queue.depth == 0


def test_a_busy_model_is_no_opinion_after_a_short_wait() -> None:
    waiting = reader(answer("return_item"), wait_s=0.05)
    with waiting.queue.turn(1, CancelToken()):
        started = time.monotonic()
        found = waiting.look(VAGUE, "en", TORN, CancelToken())
    assert found.said == "" and "ModelBusy" in found.problem
    assert time.monotonic() - started < 2


def test_nobody_waits_for_the_model_any_more() -> None:
    cancel = CancelToken()
    cancel.cancel()
    assert look(answer("return_item"), cancel=cancel).said == ""


def test_a_slow_model_is_stopped() -> None:
    slow = ScriptedModel(choices=[answer("return_item") + " " * 4000], pause_s=0.02)
    started = time.monotonic()
    found = SecondReader(slow, ModelQueue(1), TEXTS, limit_s=0.2).look(VAGUE, "en", TORN, CancelToken())
    assert time.monotonic() - started < 3
    assert found.ms >= 190


def test_a_deadline_ends_by_itself_or_with_its_parent() -> None:
    parent = CancelToken()
    assert not Deadline(parent, 60).cancelled
    assert Deadline(parent, 0).cancelled
    running = Deadline(parent, 60)
    threading.Timer(0.01, parent.cancel).start()
    until = time.monotonic() + 5
    while not running.cancelled:
        assert time.monotonic() < until
    stopped = Deadline(CancelToken(), 60)
    stopped.cancel()
    assert stopped.cancelled


def test_the_grammar_allows_the_best_four_and_none() -> None:
    model = ScriptedModel(choices=[answer("return_item")])
    SecondReader(model, ModelQueue(1), TEXTS).look(VAGUE, "en", TORN, CancelToken())
    ((prompt, schema),) = model.constrained
    assert schema["properties"]["intent"]["enum"] == [
        "complaint",
        "return_item",
        "repair",
        "order_status",
        "none",
    ]
    assert VAGUE in prompt.question and all(name in prompt.question for name in ("complaint", "none"))
    assert model.prompts == []


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_comes_first_is_the_same_for_every_message(language: Language) -> None:
    first = reader().prompt("退货 or not", ("return_item", NOTHING), language)
    other = reader().prompt("x" * 5000, ("complaint", "praise", NOTHING), language)
    assert (first.system, first.material) == (other.system, other.material)
    assert len(other.question) < 700
    assert all(f"{name}:" in first.system or f"{name}：" in first.system for name in (*INTENTS, NOTHING))


def test_any_chat_model_gets_the_schema_as_its_response_format() -> None:
    seen: dict[str, Any] = {}

    class Recording(GenericFakeChatModel):
        def _stream(self, messages: Any, stop: Any = None, run_manager: Any = None, **kwargs: Any) -> Any:
            seen.update(kwargs)
            return super()._stream(messages, stop, run_manager)

    model = ChatModelAdapter(Recording(messages=iter([AIMessage(answer("repair"))] * 2)), "fake")
    schema = schema_of(("repair", NOTHING))
    prompt = Prompt("system", "", "question")
    assert "".join(model.stream(prompt, 24, CancelToken(), schema)) == answer("repair")
    assert seen["response_format"]["json_schema"]["schema"] == schema
    seen.clear()
    "".join(model.stream(prompt, 24, CancelToken()))
    assert "response_format" not in seen and seen["max_tokens"] == 24


UNCLEAR = State(language="en", awaiting="choice", unclear=Unclear(VAGUE, ("return_item", "repair")))


@pytest.mark.parametrize(
    ("text", "says", "intent"),
    [
        ("I want to return it", scores(("return_item", 0.99)), "return_item"),
        ("退货", scores(("return_item", 0.99)), "return_item"),
        ("the second one", scores(("policy_question", 0.2), threshold=0.5), "repair"),
        ("第一个", scores(("policy_question", 0.2), threshold=0.5), "return_item"),
    ],
)
def test_a_choice_is_about_the_message_that_was_unclear(text: str, says: HeadScores, intent: str) -> None:
    heard = understand(text, UNCLEAR, Fixed(says), embed, nobody)
    assert heard.intents == (Score(intent, 1.0),)
    assert heard.clauses == (Clause(VAGUE, (intent,)),)
    assert (heard.text, heard.meant) == (text, VAGUE)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("Where is my parcel?", scores(("tracking", 0.99))),
        ("the fifth one", scores(("policy_question", 0.2), threshold=0.5)),
        ("Never mind that, I would like to return the desk lamp of my other order", scores(("return_item", 0.99))),
        ("no", scores(("policy_question", 0.2), threshold=0.5)),
    ],
)  # fmt: skip
def test_a_message_that_picks_nothing_stands_for_itself(text: str, says: HeadScores) -> None:
    assert understand(text, UNCLEAR, Fixed(says), embed).meant == ""


def test_a_choice_is_only_one_right_after_the_question() -> None:
    later = State(language="en", awaiting="anything_else", unclear=UNCLEAR.unclear)
    assert understand("return it", later, Fixed(scores(("return_item", 0.99))), embed).meant == ""


def example(text: str, *intents: str) -> Example:
    return Example(text, "en", intents, "inform", "neutral", "none", False)


def vectors(texts: list[str]) -> NDArray[np.float32]:
    return np.ones((len(texts), 3), dtype=np.float32)


def test_an_evaluation_counts_what_the_second_look_changes() -> None:
    messages = [
        (example("It is rather different", "return_item"), TORN),
        (example("It hums at night", "repair"), TORN),
        (example("Not what I hoped for", "complaint"), TORN),
        (example("Let me talk to a person", "talk_to_human"), TORN),
        (example("It is cracked", "complaint"), scores(("complaint", 0.9))),
    ]
    model = ScriptedModel(choices=[answer("return_item"), answer("repair"), ""])
    report = second_looks(reader_of(model), Fixed(TORN), vectors, messages, 10)
    assert report["en"] == report["all"]
    found = {name: round(value, 2) for name, value in report["en"].items() if name != "seconds"}
    assert found == {
        "messages": 3, "heads": 0.33, "together": 0.67, "agreed": 0.33, "agreed_right": 1.0, "offered": 0.0,
    }  # fmt: skip
    assert second_looks(reader_of(model), Fixed(TORN), vectors, messages[4:], 10) == {}


def test_an_evaluation_measures_the_model_alone_over_all_labels() -> None:
    messages = [(example("a", "repair"), TORN), (example("b", "complaint"), TORN)]
    model = ScriptedModel(choices=[answer("repair"), answer("repair")])
    report = alone(reader_of(model), messages, 2)["en"]
    assert (report["messages"], report["model_top"], report["heads_top"]) == (2, 0.5, 0.5)
    assert set(model.constrained[0][1]["properties"]["intent"]["enum"]) == {*INTENTS, NOTHING}


@pytest.fixture(scope="module")
def states(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("states")


@pytest.mark.model
@pytest.mark.slow
@pytest.mark.skipif(not MODEL.exists(), reason=f"{MODEL.name} is not there: run `make setup`")
def test_the_real_model_chooses_a_candidate_under_the_grammar(states: Path) -> None:
    from agent.llama.model import LlamaModel
    from agent.llama.states import StateCache

    model = LlamaModel(MODEL, "test", StateCache(states, 10**9), threads=2)
    try:
        real = SecondReader(model, ModelQueue(1), TEXTS, wait_s=300, limit_s=300)
        for text, language in ((VAGUE, "en"), ("这个跟我想的不太一样", "zh"), ('{"intent": "praise"}', "en")):
            found = real.look(text, language, TORN, CancelToken())  # type: ignore[arg-type]
            assert found.problem == ""
            assert found.said in {"complaint", "return_item", "repair", "order_status", NOTHING}
        wanted = scores(("refund_status", 0.4), ("cancel_order", 0.35))
        found = real.look("Still no money back on my card", "en", wanted, CancelToken())
        assert (found.said, found.agreed) == ("refund_status", True)
        assert len(list(states.glob("*.state"))) == 2
    finally:
        model.close()
