"""The endpoint over real bytes on a real socket, with a scripted model."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from agent.language_model import ScriptedModel
from service.settings import Settings
from tests.conftest import Running, Serve

pytestmark = pytest.mark.model

POLICY = "电子发票多久能开出来？"


@pytest.fixture(scope="module")
def running(shared: Settings, serve: Serve) -> Iterator[Running]:
    with serve(shared) as server:
        yield server


@pytest.fixture
def client(running: Running) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=running.url, timeout=60) as http:
        yield http


def begin(client: httpx.Client, **body: Any) -> str:
    answer = client.post("/v1/conversations", json={"channel": "test", **body})
    assert answer.status_code == 201
    return str(answer.json()["conversation_id"])


def say(client: httpx.Client, conversation: str, text: str, **body: Any) -> dict[str, Any]:
    answer = client.post(f"/v1/conversations/{conversation}/messages", json={"text": text, **body})
    assert answer.status_code == 200, answer.text
    turn: dict[str, Any] = answer.json()
    return turn


def events(client: httpx.Client, conversation: str, text: str) -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    with client.stream(
        "POST",
        f"/v1/conversations/{conversation}/messages",
        json={"text": text},
        headers={"accept": "text/event-stream"},
    ) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        name = ""
        for line in answer.iter_lines():
            if line.startswith("event:"):
                name = line[6:].strip()
            elif line.startswith("data:"):
                found.append((name, json.loads(line[5:])))
    return found


def test_the_late_order_in_chinese(client: httpx.Client) -> None:
    conversation = begin(client)
    asked = say(client, conversation, "我的订单怎么还没发货？")
    assert (asked["decision"]["kind"], asked["decision"]["awaiting"]) == ("ask", "identity")
    told = say(client, conversation, "wangqiang@example.com")
    assert told["decision"]["rule"] == "order.order_status"
    assert "W1000006" in told["reply"]
    assert "晚" in told["reply"]


def test_a_return_from_the_wish_to_the_receipt(fresh: Settings, serve: Serve) -> None:
    with serve(fresh) as running, httpx.Client(base_url=running.url, timeout=60) as client:
        conversation = begin(client)
        say(client, conversation, "我收到的商品有质量问题，要求退货。")
        say(client, conversation, "李雯 310012")
        proposed = say(client, conversation, "大衣")
        assert proposed["decision"] | {"rule": ""} == {
            "kind": "propose", "rule": "", "awaiting": "confirmation", "action": "return",
        }  # fmt: skip
        assert "¥899.00" in proposed["reply"] and "由我们承担" in proposed["reply"]
        assert proposed["citations"][0]["passage_id"].startswith("returns.zh#")
        between = say(client, conversation, "那我要等多久才能拿到钱？")
        assert between["decision"]["awaiting"] == "confirmation"
        done = say(client, conversation, "好的", message_id="yes-1")
        assert done["decision"]["kind"] == "done"
        receipt = done["receipts"][0]
        assert receipt["order_id"] == "W1000001" and receipt["refund"] == "899.00"
        assert receipt["return_id"] in done["reply"]
        assert say(client, conversation, "好的", message_id="yes-1") == done
        store = running.kefu.turns.parts.store
        order = store.order("W1000001", "C0001")
        assert [item.id for item in order.returns] == [receipt["return_id"]]


def test_a_condition_does_not_execute(client: httpx.Client) -> None:
    conversation = begin(client)
    say(client, conversation, "I want to return the sneakers, they don't fit")
    turn = say(client, conversation, "emma.clark@example.com")
    assert turn["decision"]["kind"] == "propose", turn["reply"]
    for answer in ("yes if it is free", "sure?", "hmm let me think"):
        assert say(client, conversation, answer)["receipts"] == []
    declined = say(client, conversation, "no, leave it")
    assert declined["decision"]["rule"] == "proposal.declined"


def test_nobody_reads_another_customers_order(client: httpx.Client) -> None:
    conversation = begin(client)
    say(client, conversation, "Where is my order W1000001?")
    turn = say(client, conversation, "james.miller@example.com")
    assert "W1000001" in turn["reply"] and "could not find" in turn["reply"]
    assert "SF" not in turn["reply"]
    again = say(client, conversation, "liwen@example.com W1000001 到哪了")
    assert "没有找到" in again["reply"]


def test_identity_is_throttled_then_handed_over(client: httpx.Client) -> None:
    conversation = begin(client)
    say(client, conversation, "where is my order?")
    kinds = [say(client, conversation, f"who{n}@example.com")["decision"]["kind"] for n in range(3)]
    assert kinds == ["ask", "ask", "handover"]


def test_a_question_that_no_document_answers(client: httpx.Client) -> None:
    conversation = begin(client)
    turn = say(client, conversation, "你们的总部大楼有几层，停车场能停多少辆车？")
    assert turn["decision"]["rule"] == "knowledge.none"
    assert turn["citations"] == []
    assert say(client, conversation, "好的")["decision"]["kind"] == "handover"


@pytest.mark.parametrize("text", ["退货运费谁出？", "Do I pay shipping if it arrived broken?"])
def test_a_policy_answer_is_cited(client: httpx.Client, text: str) -> None:
    turn = say(client, begin(client), text)
    assert turn["decision"]["kind"] == "answer"
    citation = turn["citations"][0]
    assert f"[{citation['n']}]" in turn["reply"]
    passage = client.get(f"/v1/passages/{citation['passage_id'].replace('#', '%23')}").json()
    assert citation["quote"] in passage["text"]
    assert passage["revision"] == citation["revision"]


def test_the_language_follows_the_customer(client: httpx.Client) -> None:
    conversation = begin(client, locale="zh")
    assert say(client, conversation, "hello, can you help me with a return?")["language"] == "en"
    assert say(client, conversation, "算了，用中文吧，我想问一下怎么开发票")["language"] == "zh"
    assert say(client, conversation, "我的order怎么还没ship啊")["language"] == "zh"


def test_events_come_in_order_and_end_in_the_whole_turn(client: httpx.Client) -> None:
    found = events(client, begin(client), POLICY)
    names = [name for name, _ in found]
    assert names[:3] == ["understanding", "evidence", "decision"]
    assert set(names[3:-1]) == {"delta"}
    name, turn = found[-1]
    assert name == "turn"
    assert "".join(data["text"] for kind, data in found if kind == "delta") == turn["reply"]


def test_a_conversation_and_its_traces_can_be_read_back(client: httpx.Client) -> None:
    conversation = begin(client)
    turn = say(client, conversation, POLICY)
    read = client.get(f"/v1/conversations/{conversation}").json()
    assert read["turns"] == [turn]
    trace = client.get(f"/v1/turns/{turn['turn_id']}/trace").json()["trace"]
    assert {"code", "model", "embedding", "prompts", "policy_cards", "snapshot"} <= trace["versions"].keys()
    assert trace["retrieval"]["hits"] and trace["claims"]
    assert trace["decision"]["rule"] == turn["decision"]["rule"]


def test_twenty_clients_at_once_and_no_reply_mixes(fresh: Settings, serve: Serve) -> None:
    model = ScriptedModel(default="", pause_s=0.01)
    numbers = [f"W{9000000 + n}" for n in range(20)]
    with serve(fresh, model) as running, httpx.Client(base_url=running.url, timeout=120) as client:

        def talk(number: str) -> tuple[str, str]:
            conversation = begin(client, locale="en")
            first = say(client, conversation, f"where is my order {number}?")
            policy = say(client, conversation, "how long does standard delivery take?")
            assert policy["citations"], policy["reply"]
            return number, first["reply"]

        with ThreadPoolExecutor(20) as pool:
            for number, reply in pool.map(talk, numbers):
                assert number in reply
                assert not [other for other in numbers if other != number and other in reply]


def test_the_same_message_twice_at_once_is_one_turn(client: httpx.Client) -> None:
    conversation = begin(client)
    with ThreadPoolExecutor(6) as pool:
        turns = list(pool.map(lambda _: say(client, conversation, POLICY, message_id="m-1"), range(6)))
    assert len({turn["turn_id"] for turn in turns}) == 1
    assert len(client.get(f"/v1/conversations/{conversation}").json()["turns"]) == 1


@pytest.mark.parametrize("accept", ["application/json", "text/event-stream"])
def test_a_client_that_hangs_up_frees_the_model(fresh: Settings, serve: Serve, accept: str) -> None:
    model = ScriptedModel(default="电子发票在签收后 24 小时内开具。" * 400, pause_s=0.02)
    with serve(fresh, model) as running, httpx.Client(base_url=running.url, timeout=60) as client:
        conversation = begin(client)
        queue = running.kefu.turns.parts.writer.queue

        def ask_and_leave() -> None:
            with httpx.Client(base_url=running.url, timeout=httpx.Timeout(60, read=1.0)) as impatient:
                try:
                    with impatient.stream(
                        "POST",
                        f"/v1/conversations/{conversation}/messages",
                        json={"text": POLICY, "message_id": "gone"},
                        headers={"accept": accept},
                    ) as answer:
                        for _ in answer.iter_lines():
                            if queue.depth:
                                return
                except httpx.ReadTimeout:
                    return

        thread = threading.Thread(target=ask_and_leave)
        thread.start()
        thread.join()
        until = time.monotonic() + 20
        while queue.depth and time.monotonic() < until:
            time.sleep(0.02)
        assert queue.depth == 0
        turn = say(client, conversation, POLICY, message_id="gone")
        assert turn["citations"]


def test_health_schema_metrics_and_page(client: httpx.Client) -> None:
    assert client.get("/health/live").json() == {"status": "ok"}
    ready = client.get("/health/ready")
    assert ready.status_code == 200 and ready.json()["status"] == "ready"
    schema = client.get("/schema").json()
    assert "/v1/conversations/{conversation_id}/messages" in schema["paths"]
    say(client, begin(client), "你好")
    assert "kefu_turns_total" in client.get("/metrics").text
    page = client.get("/")
    assert page.headers["content-type"].startswith("text/html")
    assert "default-src 'self'" in page.headers["content-security-policy"]
    assert client.get("/v1/demo").json()["sample"] is True
