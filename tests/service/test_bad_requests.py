"""Whatever comes in, the answer is a problem that says what was wrong, never a 500, and nothing is kept."""

from __future__ import annotations

import json
from collections.abc import Iterator

import httpx
import pytest

from service.settings import Settings
from tests.conftest import Running, Serve

pytestmark = pytest.mark.model

JSON = {"content-type": "application/json"}


@pytest.fixture(scope="module")
def running(shared: Settings, serve: Serve) -> Iterator[Running]:
    with serve(shared) as server:
        yield server


@pytest.fixture(scope="module")
def conversation(running: Running) -> str:
    answer = httpx.post(f"{running.url}/v1/conversations", json={"channel": "test"})
    return str(answer.json()["conversation_id"])


BODIES: list[tuple[str, bytes, int]] = [
    ("nothing", b"", 400),
    ("no JSON", b"hello", 400),
    ("half a JSON", b'{"text": "hi"', 400),
    ("a list", b"[]", 400),
    ("a number", b"7", 400),
    ("null", b"null", 400),
    ("a string", b'"hi"', 400),
    ("no text", b"{}", 400),
    ("null text", b'{"text": null}', 400),
    ("number as text", b'{"text": 7}', 400),
    ("list as text", b'{"text": ["hi"]}', 400),
    ("empty text", b'{"text": ""}', 400),
    ("blank text", b'{"text": "  \\n\\t "}', 400),
    ("invisible text", '{"text": "\u200b\u200b"}'.encode(), 400),
    ("control characters", b'{"text": "\\u0000\\u0001"}', 400),
    ("lone high surrogate", b'{"text": "\\ud83d"}', 400),
    ("lone low surrogate", b'{"text": "hi \\ude00 there"}', 400),
    ("bytes that are not UTF-8", b'{"text": "\xff\xfe"}', 400),
    ("text in GBK", '{"text": "你好"}'.encode("gbk"), 400),
    ("4,001 characters", json.dumps({"text": "长" * 4001}, ensure_ascii=False).encode(), 400),
    ("100 kB", json.dumps({"text": "a" * 100_000}).encode(), 413),
    ("unknown field", b'{"text": "hi", "admin": true}', 400),
    ("number as message id", b'{"text": "hi", "message_id": 7}', 400),
    ("empty message id", b'{"text": "hi", "message_id": ""}', 400),
    ("long message id", json.dumps({"text": "hi", "message_id": "x" * 129}).encode(), 400),
    ("message id with a line break", b'{"text": "hi", "message_id": "a\\nb"}', 400),
    ("Chinese message id", '{"text": "hi", "message_id": "编号"}'.encode(), 400),
    ("attachments", b'{"text": "hi", "attachments": [{"url": "x"}]}', 400),
    ("attachments of a wrong type", b'{"text": "hi", "attachments": "x"}', 400),
    ("deep nesting", b'{"text": ' + b"[" * 5000 + b"]" * 5000 + b"}", 400),
    ("NaN", b'{"text": NaN}', 400),
    ("two objects", b'{"text": "hi"} {"text": "ho"}', 400),
]


@pytest.mark.parametrize(("body", "status"), [case[1:] for case in BODIES], ids=[case[0] for case in BODIES])
def test_bad_messages(running: Running, conversation: str, body: bytes, status: int) -> None:
    url = f"{running.url}/v1/conversations/{conversation}/messages"
    check(httpx.post(url, content=body, headers=JSON), status)
    assert httpx.get(f"{running.url}/v1/conversations/{conversation}").json()["turns"] == []


@pytest.mark.parametrize(
    ("content_type", "status"),
    [
        ("text/plain", 415),
        ("application/x-www-form-urlencoded", 415),
        ("multipart/form-data; boundary=x", 415),
        ("", 415),
        ("nonsense", 415),
    ],
)
def test_wrong_content_types(running: Running, conversation: str, content_type: str, status: int) -> None:
    url = f"{running.url}/v1/conversations/{conversation}/messages"
    check(httpx.post(url, content=b'{"text": "hi"}', headers={"content-type": content_type}), status)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/v1/conversations/c_none", 404),
        ("POST", "/v1/conversations/c_none/messages", 404),
        ("POST", "/v1/conversations/%00/messages", 404),
        ("GET", "/v1/conversations/" + "x" * 3000, 404),
        ("GET", "/v1/turns/t_none/trace", 404),
        ("GET", "/v1/passages/none%23none", 404),
        ("GET", "/v1/none", 404),
        ("GET", "/static/../settings.py", 404),
        ("GET", "/static/%2e%2e/%2e%2e/pyproject.toml", 404),
        ("DELETE", "/v1/conversations", 405),
        ("PUT", "/v1/conversations/c_none", 405),
        ("GET", "/v1/conversations", 405),
    ],
)
def test_unknown_ids_paths_and_methods(running: Running, method: str, path: str, status: int) -> None:
    content = b'{"text": "hi"}' if method in ("POST", "PUT") else None
    check(httpx.request(method, f"{running.url}{path}", content=content, headers=JSON), status)


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[]",
        b'{"channel": 1}',
        b'{"channel": ""}',
        b'{"locale": "klingon-language"}',
        b'{"customer": "liwen"}',
        b'{"customer": {"id": "C0001"}}',
        b'{"customer": {"email": 7}}',
        b'{"x": 1}',
    ],
)
def test_bad_conversations(running: Running, body: bytes) -> None:
    check(httpx.post(f"{running.url}/v1/conversations", content=body, headers=JSON), 400)


def test_what_was_wrong_is_named(running: Running) -> None:
    answer = httpx.post(f"{running.url}/v1/conversations", json={"channel": 1})
    assert "channel" in json.dumps(answer.json())


def check(answer: httpx.Response, status: int) -> None:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"].startswith("application/problem+json")
    problem = answer.json()
    assert problem["status"] == status
    assert problem["title"] and problem["detail"]
    assert "Traceback" not in answer.text
