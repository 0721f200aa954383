"""A channel that cannot wait gets a whole, true reply in time: over real bytes on a real socket."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from agent.language_model import CancelToken, Prompt, Schema, ScriptedModel
from service.settings import Settings
from tests.conftest import Running, Serve

pytestmark = pytest.mark.model

# Questions for which authors have approved no answer: those would need no model.
QUESTIONS = ("收到的东西是坏的，退回去的邮费谁出？", "if my parcel is lost what happens then")
SHORT = 300


class Stalls:
    """Begins an answer and then hears nothing, as a model does that reads; lets go at the end of the test."""

    name = fingerprint = "stalls"

    def __init__(self) -> None:
        self.go = threading.Event()
        self.asked = 0

    def stream(
        self, prompt: Prompt, max_tokens: int, cancel: CancelToken, schema: Schema | None = None
    ) -> Iterator[str]:
        self.asked += 1
        yield "电子发票"
        self.go.wait(120)


@pytest.fixture(scope="module")
def model() -> ScriptedModel:
    return ScriptedModel(default="")


@pytest.fixture(scope="module")
def running(shared: Settings, serve: Serve, model: ScriptedModel) -> Iterator[Running]:
    with serve(
        shared.model_copy(update={"channel_deadlines": {"wechat": SHORT}, "phrasing": "write"}), model
    ) as server:
        yield server


@pytest.fixture
def client(running: Running) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=running.url, timeout=60) as http:
        yield http


def begin(client: httpx.Client, channel: str = "test") -> str:
    return str(client.post("/v1/conversations", json={"channel": channel}).json()["conversation_id"])


def send(client: httpx.Client, conversation: str, text: str, **body: Any) -> httpx.Response:
    return client.post(f"/v1/conversations/{conversation}/messages", json={"text": text, **body})


def generation(client: httpx.Client, turn: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = client.get(f"/v1/turns/{turn['turn_id']}/trace").json()["trace"]["generation"]
    return found


def is_quoted(client: httpx.Client, turn: dict[str, Any]) -> bool:
    """Whether the reply is the passage that it cites."""
    citation = turn["citations"][0]
    passage = client.get(f"/v1/passages/{citation['passage_id'].replace('#', '%23')}").json()
    return citation["quote"] in passage["text"] and any(
        each["why"] == "quoted" and each["supported"] for each in turn["claims"]
    )


@pytest.mark.parametrize("text", QUESTIONS)
def test_no_time_for_the_model_and_the_passage_is_quoted(
    client: httpx.Client, model: ScriptedModel, text: str
) -> None:
    before = len(model.prompts)
    answer = send(client, begin(client), text, deadline_ms=SHORT)
    assert answer.status_code == 200
    turn = answer.json()
    assert turn["decision"]["kind"] == "answer" and is_quoted(client, turn)
    assert len(model.prompts) == before
    told = generation(client, turn)
    assert told["plan"]["write"] is False and "deadline" in told["problem"]


@pytest.mark.parametrize("text", ["我要转人工", "where is my order?", "hello", "嗯嗯这个跟我想的不太一样"])
def test_no_time_at_all_is_no_error(client: httpx.Client, text: str) -> None:
    answer = send(client, begin(client), text, deadline_ms=100)
    assert answer.status_code == 200 and answer.json()["reply"]


def test_a_channel_has_its_deadline_and_a_message_its_own(client: httpx.Client, model: ScriptedModel) -> None:
    conversation, before = begin(client, "wechat"), len(model.prompts)
    send(client, conversation, QUESTIONS[0])
    assert len(model.prompts) == before
    send(client, conversation, QUESTIONS[0], deadline_ms=600_000)
    assert len(model.prompts) == before + 1
    send(client, begin(client, "web"), QUESTIONS[0])
    assert len(model.prompts) == before + 2


@pytest.mark.parametrize("accept", ["application/json", "text/event-stream"])
def test_a_model_that_stalls_is_left_at_the_deadline(fresh: Settings, serve: Serve, accept: str) -> None:
    model = Stalls()
    settings = fresh.model_copy(update={"phrasing": "write"})
    with serve(settings, model) as running, httpx.Client(base_url=running.url, timeout=60) as client:
        try:
            conversation = begin(client)
            answer = client.post(
                f"/v1/conversations/{conversation}/messages",
                json={"text": QUESTIONS[0], "deadline_ms": 20_000},
                headers={"accept": accept},
            )
            assert answer.status_code == 200 and model.asked == 1
            (turn,) = client.get(f"/v1/conversations/{conversation}").json()["turns"]
            assert is_quoted(client, turn)
            assert "deadline" in generation(client, turn)["problem"]
            if accept == "text/event-stream":
                sent = [json.loads(line[5:]) for line in answer.text.splitlines() if line.startswith("data:")]
                assert sent[-1] == turn
                assert "".join(each["text"] for each in sent if set(each) == {"text"}) == turn["reply"]
        finally:
            model.go.set()


@pytest.mark.parametrize("deadline", [99, 0, -1, 600_001, 1.5, "soon", True])
def test_a_deadline_that_makes_no_sense_is_refused(client: httpx.Client, deadline: Any) -> None:
    answer = send(client, begin(client), "hello", deadline_ms=deadline)
    assert answer.status_code == 400
    assert [each["field"] for each in answer.json()["errors"]] == ["deadline_ms"]
