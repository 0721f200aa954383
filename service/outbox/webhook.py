"""A notice as a signed POST. The same letters and the same key with every try, so a receiver can tell a repetition."""

from __future__ import annotations

import json
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

import httpx
from anyio import fail_after
from anyio.from_thread import BlockingPortal, start_blocking_portal

from service.outbox.signing import HEADER, signature
from service.outbox.transport import NotTaken, Refused
from tools.codec import UNSTORABLE
from tools.desk.notices import Notice
from tools.store.rest.client import retry_after

AGAIN: Final = frozenset({408, 425, 429})
MOST_ANSWER_BYTES: Final = 64_000
SHOWN: Final = 200
MOST_REFERENCE: Final = 200


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; `body` is cut at a limit and empty where it did not come in time."""

    status: int
    headers: httpx.Headers
    body: bytes


@dataclass(frozen=True, slots=True)
class Poster:
    """Posts from any thread; httpx limits each read but not a whole request, so requests run on a loop."""

    portal: BlockingPortal
    client: httpx.AsyncClient
    whole_s: float

    def post(self, url: str, content: bytes, headers: dict[str, str]) -> Answer:
        """Raises `NotTaken` where nobody answered."""
        try:
            return self.portal.call(self._post, url, content, headers)
        except (httpx.TransportError, TimeoutError) as error:
            what = str(error) or type(error).__name__
            raise NotTaken(f"{httpx.URL(url).netloc.decode()} does not answer: {what}") from error

    async def _post(self, url: str, content: bytes, headers: dict[str, str]) -> Answer:
        request = self.client.build_request("POST", url, content=content, headers=headers)
        found: Answer | None = None
        try:
            with fail_after(self.whole_s):
                response = await self.client.send(request, stream=True)
                try:
                    found = Answer(response.status_code, response.headers, b"")
                    return Answer(found.status, found.headers, await _beginning(response))
                finally:
                    await response.aclose()
        except (httpx.TransportError, TimeoutError):
            # A status is an answer, also where the rest of it got lost.
            if found is None:
                raise
            return found


async def _beginning(response: httpx.Response) -> bytes:
    body = bytearray()
    async for piece in response.aiter_raw():
        body += piece
        if len(body) > MOST_ANSWER_BYTES:
            break
    return bytes(body[:MOST_ANSWER_BYTES])


@dataclass(frozen=True, slots=True)
class Webhook:
    """A `Transport` to one address."""

    url: str
    poster: Poster
    clock: Callable[[], datetime]
    secret: str = field(repr=False)
    name: str = "webhook"

    def send(self, notice: Notice) -> str:
        content = letters(notice)
        headers = {
            "Content-Type": "application/json",
            "Idempotency-Key": notice.id,
            HEADER: signature(self.secret, content, self.clock()),
        }
        return reference_of(self.poster.post(self.url, content, headers), notice.id)


def letters(notice: Notice) -> bytes:
    """What is posted, the same each time."""
    told = asdict(notice) | {"at": notice.at.astimezone(UTC).isoformat()}
    return json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def reference_of(answer: Answer, key: str) -> str:
    """The receiver's number in an answer that means "taken". Raises `NotTaken` and `Refused` for others."""
    told = _json(answer.body)
    if 200 <= answer.status < 300:
        return _reference(told)
    if answer.status == 409:
        if key in (told.get("key"), told.get("idempotency_key"), answer.headers.get("Idempotency-Key")):
            return _reference(told)
        raise NotTaken("answered 409 without our key: it may be at it", retry_after(answer.headers))
    said = _line(answer.body)
    if answer.status in AGAIN or answer.status >= 500:
        raise NotTaken(f"answered {answer.status}{said}", retry_after(answer.headers))
    if 300 <= answer.status < 400:
        raise Refused(f"answered {answer.status}; redirects are not followed")
    raise Refused(f"answered {answer.status}{said}")


def _json(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _reference(told: dict[str, Any]) -> str:
    found = told.get("reference", told.get("id", ""))
    text = str(found) if isinstance(found, str | int) and not isinstance(found, bool) else ""
    return _printable(text)[:MOST_REFERENCE]


def _line(body: bytes) -> str:
    shown = _printable(body[: SHOWN * 4].decode(errors="replace"))[:SHOWN]
    return f": {shown}" if shown else ""


def _printable(text: str) -> str:
    """Neither a database nor a terminal is to stumble over what a stranger says."""
    clean = "".join(char if char.isprintable() else " " for char in UNSTORABLE.sub(" ", text))
    return " ".join(clean.split())


@contextmanager
def open_poster(step_s: float, whole_s: float) -> Iterator[Poster]:
    """Connects to nothing yet. `step_s` limits each step of a request, `whole_s` all of it, in seconds."""
    client = httpx.AsyncClient(
        headers={"Accept": "application/json", "Accept-Encoding": "identity", "User-Agent": "Kefu"},
        timeout=httpx.Timeout(step_s, connect=min(step_s, 5.0)),
        verify=ssl.create_default_context(),
        trust_env=False,
        follow_redirects=False,
    )
    with start_blocking_portal() as portal, portal.wrap_async_context_manager(client) as ready:
        yield Poster(portal, ready, whole_s)
