"""Authors over HTTP: edit, check, publish, and the very next customer gets the new answer."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from knowledge.authoring import Authoring
from service.settings import Settings
from tests.conftest import Running, Serve

pytestmark = [pytest.mark.model, pytest.mark.slow]

TOKEN = "an-author's-token-of-enough-bytes!"
QUESTION = "电子发票多久能开出来？"


@pytest.fixture
def running(fresh: Settings, serve: Serve) -> Iterator[Running]:
    with serve(fresh.model_copy(update={"author_token": SecretStr(TOKEN)})) as server:
        yield server


@pytest.fixture
def author(running: Running) -> Iterator[httpx.Client]:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    with httpx.Client(base_url=running.url, headers=headers, timeout=120) as client:
        yield client


@pytest.fixture
def authoring(running: Running) -> Authoring:
    return running.kefu.authors.authoring


def ask(client: httpx.Client, text: str) -> dict[str, Any]:
    opened = client.post("/v1/conversations", json={"channel": "web"}).json()
    answer = client.post(f"/v1/conversations/{opened['conversation_id']}/messages", json={"text": text})
    assert answer.status_code == 200, answer.text
    turn: dict[str, Any] = answer.json()
    return turn


def edited(author: httpx.Client, document: str, old: str, new: str) -> dict[str, Any]:
    newest = author.get(f"/v1/documents/{document}").json()
    assert old in newest["text"]
    body = {
        "text": newest["text"].replace(old, new),
        "author": "王芳",
        "comment": "更快了",
        "based_on": newest["revision"]["number"],
    }
    answer = author.put(f"/v1/documents/{document}", json=body)
    assert answer.status_code == 201, answer.text
    draft: dict[str, Any] = answer.json()
    return draft


def test_an_edit_reaches_the_next_customer_and_can_be_taken_back(author: httpx.Client) -> None:
    before = ask(author, QUESTION)
    assert "24 小时" in before["reply"]
    for document, old, new in (
        ("invoices.zh", "24 小时", "12 小时"),
        ("invoices.en", "24 hours", "12 hours"),
    ):
        draft = edited(author, document, old, new)
        assert (draft["state"], draft["author"], draft["comment"]) == ("draft", "王芳", "更快了")
    assert "24 小时" in ask(author, QUESTION)["reply"], "a draft is no answer"

    diff = author.get("/v1/documents/invoices.zh/diff").json()
    assert any("12 小时" in line for line in diff["lines"] if line.startswith("+"))
    assert "changed" in {each["kind"] for each in diff["passages"]}

    checked = author.post("/v1/documents/check", json={"impact": True, "questions": 60}).json()
    assert checked["errors"] == 0, checked["findings"]
    assert checked["tried"] == 60
    effect = next(each for each in checked["impact"] if each["asked"]["question"] == QUESTION)
    assert "24 小时" in effect["before"]["reply"]
    assert "12 小时" in effect["after"]["reply"]
    assert effect["asked"]["source"] == "recorded"

    published = author.post("/v1/publications", json={"author": "王芳", "comment": "更快了"})
    assert published.status_code == 201, published.text
    after = ask(author, QUESTION)
    assert "12 小时" in after["reply"]
    assert "24 小时" not in after["reply"]
    assert after["snapshot_id"] == published.json()["publication"]["snapshot_id"] != before["snapshot_id"]
    cited = next(each for each in after["citations"] if each["document_id"] == "invoices")
    assert cited["revision"] == author.get("/v1/documents/invoices.zh").json()["revision"]["digest"]

    back = author.post("/v1/publications/rollback", json={"author": "王芳", "comment": "太快"})
    assert back.status_code == 201, back.text
    assert "24 小时" in ask(author, QUESTION)["reply"]
    log = author.get("/v1/publications").json()
    assert [each["kind"] for each in log] == ["rollback", "publish", "publish"]
    assert [each["in_use"] for each in log] == [True, False, False]


def test_a_contradiction_is_not_published_unless_somebody_insists(author: httpx.Client) -> None:
    edited(author, "invoices.zh", "24 小时", "12 小时")
    refused = author.post("/v1/publications", json={"author": "li"})
    assert refused.status_code == 422
    assert any("invoices.zh#" in each["detail"] for each in refused.json()["errors"]), refused.text
    assert "24 小时" in ask(author, QUESTION)["reply"]
    insisted = author.post("/v1/publications", json={"author": "li", "despite_errors": True})
    assert insisted.status_code == 201
    assert "12 小时" in ask(author, QUESTION)["reply"]


def test_a_file_becomes_a_document_and_goes_again(author: httpx.Client) -> None:
    rows = "问题,答案\n可以刻字吗？,可以，钢笔和戒指免费刻字，最多 12 个字，三天内刻好。\n"
    body = {
        "name": "刻字.csv",
        "content_base64": base64.b64encode(rows.encode("gb18030")).decode(),
        "author": "li",
        "id": "engraving",
        "title": "刻字",
    }
    made = author.post("/v1/documents/files", json=body)
    assert made.status_code == 201, made.text
    assert made.json()["document"] == "engraving.zh"
    assert author.post("/v1/publications", json={"author": "li"}).status_code == 201
    turn = ask(author, "钢笔可以刻字吗")
    assert "12 个字" in turn["reply"]
    assert turn["citations"][0]["document_id"] == "engraving"

    removal = author.request("DELETE", "/v1/documents/engraving.zh", json={"author": "li"})
    assert removal.json()["removes"] is True
    assert author.post("/v1/publications", json={"author": "li"}).status_code == 201
    assert "12 个字" not in ask(author, "钢笔可以刻字吗")["reply"]
    assert "engraving.zh" not in {each["document"] for each in author.get("/v1/documents").json()}


def test_what_no_document_answers_is_listed_for_authors(author: httpx.Client) -> None:
    for text in ("你们公司可以参观吗", "我想去你们公司参观可以吗", "能参观你们公司吗 13812345678"):
        ask(author, text)
    found = author.get("/v1/gaps").json()
    assert found, "the questions were kept"
    assert sum(each["count"] for each in found) == 3
    assert found[0]["languages"] == {"zh": found[0]["count"]}
    assert "13812345678" not in str(found)


def test_two_authors_of_one_document_are_told(author: httpx.Client) -> None:
    newest = author.get("/v1/documents/invoices.zh").json()
    edited(author, "invoices.zh", "24 小时", "12 小时")
    late = {"text": newest["text"] + "\n还有。\n", "author": "li", "based_on": newest["revision"]["number"]}
    answer = author.put("/v1/documents/invoices.zh", json=late)
    assert answer.status_code == 409
    assert "you began from revision 1, the newest is 2" in answer.json()["detail"]


BAD: list[tuple[str, str, Any, int, str]] = [
    ("GET", "/v1/documents/nothing.zh", None, 404, "no document nothing.zh"),
    ("GET", "/v1/documents/invoices.zh?revision=99", None, 404, "no revision 99"),
    ("GET", "/v1/documents/invoices.zh/diff", None, 404, "no open draft of invoices.zh"),
    ("DELETE", "/v1/documents/invoices.zh/draft", None, 404, "no open draft"),
    ("PUT", "/v1/documents/invoices.zh", {"text": "no head", "author": "a"}, 400, "front matter"),
    ("PUT", "/v1/documents/invoices.zh", {"text": "---\nid: x\ntitle: X\nlanguage: zh\n---\nX\n", "author": "a"},
     400, "the text says that it is x.zh"),
    ("PUT", "/v1/documents/invoices.zh", {"text": "x"}, 400, "author"),
    ("PUT", "/v1/documents/invoices.zh", {"text": "\ud800", "author": "a"}, 400, "UTF-8"),
    ("POST", "/v1/documents/files", {"name": "a.exe", "content_base64": "", "author": "a"}, 400, ".exe"),
    ("POST", "/v1/documents/files", {"name": "a.md", "content_base64": "%%", "author": "a"}, 400, "content_base64"),
    ("POST", "/v1/documents/files", {"name": "a.pdf", "content_base64": "AAAA", "author": "a"}, 400, "PDF"),
    ("POST", "/v1/publications", {"author": "a"}, 409, "no draft"),
    ("POST", "/v1/publications", {"author": " "}, 400, "author"),
    ("POST", "/v1/publications/rollback", {"author": "a"}, 409, "no publication before"),
    ("POST", "/v1/publications/rollback", {"author": "a", "to": 7}, 404, "publication 7"),
    ("GET", "/v1/gaps?days=0", None, 400, "days"),
]  # fmt: skip


def test_bad_requests_say_what_is_wrong_and_change_nothing(
    author: httpx.Client, authoring: Authoring
) -> None:
    before = authoring.store.history(), authoring.store.publications()
    for method, path, body, status, said in BAD:
        content = None if body is None else _json(body)
        answer = author.request(
            method, path, content=content, headers={"content-type": "application/json"} if content else {}
        )
        assert answer.headers["content-type"].startswith("application/problem+json"), (path, answer.text)
        assert (answer.status_code, said in answer.text) == (status, True), (path, body, answer.text)
    assert (authoring.store.history(), authoring.store.publications()) == before


def _json(body: Any) -> bytes:
    import json

    return json.dumps(body).encode()


@pytest.mark.parametrize("header", [None, "Bearer wrong", f"Basic {TOKEN}", "Bearer", TOKEN])
def test_without_the_token_nobody_reads_or_writes(running: Running, header: str | None) -> None:
    headers = {"Authorization": header} if header else {}
    with httpx.Client(base_url=running.url, headers=headers) as client:
        for method, path in (
            ("GET", "/v1/documents"),
            ("GET", "/v1/publications"),
            ("GET", "/v1/gaps"),
            ("POST", "/v1/publications"),
        ):
            answer = client.request(method, path, json={"author": "a"} if method == "POST" else None)
            assert answer.status_code == 401, (path, answer.text)
            assert answer.headers["www-authenticate"] == "Bearer"


def test_the_endpoint_is_off_until_there_is_a_token(fresh: Settings, serve: Serve) -> None:
    with serve(fresh) as running, httpx.Client(base_url=running.url) as client:
        answer = client.get("/v1/documents", headers={"Authorization": "Bearer"})
        assert answer.status_code == 404
        assert "KEFU_AUTHOR_TOKEN" in answer.json()["detail"]


def test_what_another_process_publishes_reaches_a_running_server(
    running: Running, author: httpx.Client, fresh: Settings
) -> None:
    from service.authoring import open_authoring

    assert "24 小时" in ask(author, QUESTION)["reply"]
    with open_authoring(fresh) as other:
        for document, old, new in (
            ("invoices.zh", "24 小时", "48 小时"),
            ("invoices.en", "24 hours", "48 hours"),
        ):
            other.save(other.text(document).text.replace(old, new), "bo", "slower")
        other.publish(None, "bo", "slower")
    assert "48 小时" in ask(author, QUESTION)["reply"]
