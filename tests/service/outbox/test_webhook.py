"""Webhooks over real HTTP: what is sent, what an answer means, and how long anybody is waited for."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from service.outbox.signing import signature
from service.outbox.transport import LONGEST_PAUSE_S, NotTaken, Refused
from service.outbox.webhook import Answer, Poster, Webhook, letters, open_poster, reference_of
from tests.service.outbox.notices import NOW, ticket
from tests.service.outbox.postmen import SECRET
from tests.service.outbox.receivers import Mood, ticket_server

PAGE = Path(__file__).parents[3] / "docs" / "notifications.md"
Verify = Callable[[str, bytes, str, float], bool]


@pytest.fixture(scope="module")
def poster() -> Iterator[Poster]:
    with open_poster(0.3, 0.4) as found:
        yield found


@pytest.fixture(scope="module")
def verify() -> Verify:
    """As the page tells receivers."""
    (block,) = re.findall(r"^```python\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.M | re.S)
    namespace: dict[str, Verify] = {}
    exec(block, namespace)
    return namespace["verify_signature"]


def hook(url: str, poster: Poster) -> Webhook:
    return Webhook(url, poster, lambda: NOW, SECRET)


def answered(status: int, body: bytes = b"", **headers: str) -> Answer:
    return Answer(status, httpx.Headers({k.replace("_", "-"): v for k, v in headers.items()}), body)


def test_a_receiver_reads_the_whole_notice_and_tells_its_number(poster: Poster, verify: Verify) -> None:
    with ticket_server(body=b'{"reference": "T-7", "id": 9}') as server:
        assert hook(server.url, poster).send(ticket(1)) == "T-7"
        told, headers = server.tickets.made["ticket:CP-1"], server.tickets.headers["ticket:CP-1"]
    assert told["body"] == ticket(1).body
    assert (told["id"], told["kind"], told["subject_id"], told["department"], told["at"]) == (
        "ticket:CP-1", "ticket", "CP-1", "logistics", "2026-11-22T09:00:00+00:00",
    )  # fmt: skip
    assert headers["Content-Type"] == "application/json"
    assert verify(SECRET, letters(ticket(1)), headers["Kefu-Signature"], NOW.timestamp())


def test_a_repetition_has_the_same_letters_and_key(poster: Poster) -> None:
    with ticket_server() as server:
        for _ in range(2):
            hook(server.url, poster).send(ticket(1))
        assert (server.tickets.asked["ticket:CP-1"], len(server.tickets.made)) == (2, 1)
    assert letters(ticket(1)) == letters(replace(ticket(1), body=dict(reversed(ticket(1).body.items()))))


def test_the_signature_is_the_one_that_the_page_promises(verify: Verify) -> None:
    """The digest was computed with `openssl dgst -sha256 -hmac`."""
    body, at = b'{"id":"ticket:CP-1"}', datetime.fromtimestamp(1_795_338_000, UTC)
    signed = signature(SECRET, body, at)
    assert signed == f"t=1795338000,v1={VECTOR}"
    assert verify(SECRET, body, signed, at.timestamp())
    assert not verify(SECRET, body + b" ", signed, at.timestamp())
    assert not verify(SECRET[::-1], body, signed, at.timestamp())
    assert not verify(SECRET, body, signed.replace("t=1", "t=2"), at.timestamp())
    assert not verify(SECRET, body, signed, at.timestamp() + 600), "an old request is sent again"
    assert not verify(SECRET, body, "nonsense", at.timestamp())


VECTOR = "4019d635f7b9602dc883f121259e825689b5609c64129b2e433970166d107e2d"


@pytest.mark.parametrize("mood", ["error", "reset", "hang", "lose", "drip"])
def test_nobody_took_it_for_certain(poster: Poster, mood: Mood) -> None:
    """Also where the answer never ends, though no single letter is late."""
    with ticket_server(lambda _: mood) as server, pytest.raises(NotTaken) as caught:
        hook(server.url, poster).send(ticket(1))
    assert "team=a" not in str(caught.value) and SECRET not in str(caught.value)


def test_nobody_listens(poster: Poster) -> None:
    with ticket_server() as server:
        url = server.url
    with pytest.raises(NotTaken, match="does not answer"):
        hook(url, poster).send(ticket(1))


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 599])
def test_asked_again_later(status: int) -> None:
    with pytest.raises(NotTaken, match=f"answered {status}: busy") as caught:
        reference_of(answered(status, b"busy", Retry_After="7"), "ticket:CP-1")
    assert caught.value.pause_s == 7


def test_nobody_is_waited_for_longer_than_an_hour() -> None:
    with pytest.raises(NotTaken) as caught:
        reference_of(answered(503, Retry_After="999999999"), "ticket:CP-1")
    assert caught.value.pause_s == LONGEST_PAUSE_S


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 413, 422])
def test_refused_for_good_with_the_answers_beginning(status: int) -> None:
    body = b"priority: unknown\n\x1b[31m\x00" + b"\xff" + b"x" * 10_000
    with pytest.raises(Refused, match=f"answered {status}: priority: unknown") as caught:
        reference_of(answered(status, body), "ticket:CP-1")
    assert str(caught.value).isprintable() and len(str(caught.value)) < 250


def test_a_redirect_is_not_followed(poster: Poster) -> None:
    with ticket_server() as other, ticket_server(status=307, headers={"Location": other.url}) as server:
        with pytest.raises(Refused, match="redirects are not followed"):
            hook(server.url, poster).send(ticket(1))
        assert not other.tickets.asked


def test_a_conflict_with_our_key_means_that_it_is_there_already() -> None:
    key = "ticket:CP-1"
    assert reference_of(answered(409, json.dumps({"key": key, "id": 12}).encode()), key) == "12"
    assert reference_of(answered(409, b"", Idempotency_Key=key), key) == ""
    for body in (b"", b"{}", b'{"key": "ticket:CP-2"}', b"[" * 100_000):
        with pytest.raises(NotTaken, match="409"):
            reference_of(answered(409, body), key)


@pytest.mark.parametrize(
    ("body", "reference"),
    [
        (b"", ""),
        (b"ok", ""),
        (b"[1]", ""),
        (b'{"id": true}', ""),
        (b'{"id": {"a": 1}}', ""),
        (b'{"id": "a\\u0000b\\ud83d"}', "a b"),
        (b'{"id": "' + b"x" * 500 + b'"}', "x" * 200),
        (b"\xff\xfe", ""),
    ],
)
def test_whatever_a_receiver_says_with_a_2xx_it_has_taken_it(body: bytes, reference: str) -> None:
    assert reference_of(answered(200, body), "ticket:CP-1") == reference


def test_an_endless_answer_is_cut(poster: Poster) -> None:
    with ticket_server(body=b"x" * 5_000_000) as server:
        assert hook(server.url, poster).send(ticket(1)) == ""
