"""One question to the shop's system: limits of time and size, tries, the breaker; whatever happens is one error.

httpx limits each read but not a whole request, so requests run on an event loop of their own, where a
request that takes too long can be cancelled wherever it is.
"""

from __future__ import annotations

import json
import logging
import ssl
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from time import monotonic
from types import MappingProxyType
from typing import Any, Final

import httpx
from anyio import fail_after
from anyio.from_thread import BlockingPortal, start_blocking_portal
from tenacity import RetryCallState, Retrying, retry_if_exception_type, wait_random_exponential

from tools.errors import BadAnswer, StoreUnavailable
from tools.store.rest.address import ApiSettings, path_of
from tools.store.rest.breaker import Breaker, CircuitOpen

FIRST_PAUSE_S: Final = 0.2
BUSY: Final = frozenset({408, 425, 429})
REFUSALS: Final = frozenset({409, 412, 422})
# Parameters of an address, each with its value or its values.
Query = Mapping[str, str | Sequence[str]]
NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Answer:
    """`value` is parsed JSON, None for the status 404."""

    status: int
    value: Any


@dataclass(frozen=True, slots=True)
class _Call:
    """`name` is what errors call it: without the query, which holds what customers said of themselves."""

    method: str
    path: tuple[str, ...]
    query: Query
    body: str | None = None
    key: str = ""
    until: float = 0.0

    @property
    def name(self) -> str:
        return f"{self.method} /{path_of(self.path)}"

    @property
    def expected(self) -> frozenset[int]:
        return REFUSALS if self.method == "POST" else frozenset({404})


class _Again(Exception):
    """Worth another try, `pause_s` from now at the earliest; `error` is what to say when there is none."""

    def __init__(self, error: StoreUnavailable, pause_s: float = 0.0) -> None:
        super().__init__(str(error))
        self.error = error
        self.pause_s = pause_s


class ShopApi:
    """Blocking calls from any thread. Both kinds may be repeated: reads as they are, commands by their key."""

    def __init__(
        self, settings: ApiSettings, portal: BlockingPortal, client: httpx.AsyncClient, breaker: Breaker
    ) -> None:
        self._settings = settings
        self._portal = portal
        self._client = client
        self._breaker = breaker
        self._backoff = wait_random_exponential(FIRST_PAUSE_S, settings.longest_pause_s)

    def get(self, *path: str, query: Query = NOTHING) -> Answer:
        """Raises `StoreUnavailable`, and `BadAnswer` for anything but 2xx with JSON and 404."""
        return self._call(_Call("GET", path, query, until=self._deadline()))

    def post(self, *path: str, body: str, key: str) -> Answer:
        """The same for a command; also answers with a refusal (409, 412, 422)."""
        return self._call(_Call("POST", path, NOTHING, body, key, self._deadline()))

    def _deadline(self) -> float:
        return monotonic() + self._settings.whole_s

    def _call(self, call: _Call) -> Answer:
        tries = Retrying(
            retry=retry_if_exception_type(_Again), wait=self._pause, stop=self._ends, reraise=True
        )
        try:
            return tries(self._try, call)
        except _Again as again:
            raise again.error from again
        except CircuitOpen as error:
            raise StoreUnavailable(f"the shop's system did not answer; {error}") from error

    def _pause(self, state: RetryCallState) -> float:
        failed = state.outcome.exception() if state.outcome else None
        wanted = failed.pause_s if isinstance(failed, _Again) else 0.0
        return max(wanted, self._backoff(state))

    def _ends(self, state: RetryCallState) -> bool:
        limits, pause = self._settings, state.upcoming_sleep
        return (
            state.attempt_number >= limits.tries
            or pause > limits.longest_pause_s
            or (state.seconds_since_start or 0.0) + pause >= limits.whole_s
        )

    def _try(self, call: _Call) -> Answer:
        with self._breaker.calling():
            try:
                return self._portal.call(self._exchange, call)
            except (httpx.TransportError, TimeoutError) as error:
                what = str(error) or type(error).__name__
                raise _Again(
                    StoreUnavailable(f"{call.name}: the shop's system does not answer: {what}")
                ) from error

    async def _exchange(self, call: _Call) -> Answer:
        request = self._client.build_request(
            call.method,
            path_of(call.path),
            params={**call.query} or None,
            content=None if call.body is None else call.body.encode(),
            headers={"Idempotency-Key": call.key, "Content-Type": "application/json"} if call.key else None,
        )
        with fail_after(max(0.0, call.until - monotonic())):
            response = await self._client.send(request, stream=True)
            try:
                _check(call, response)
                return Answer(response.status_code, await self._read(call, response))
            finally:
                await response.aclose()

    async def _read(self, call: _Call, response: httpx.Response) -> Any:
        if response.status_code == 404:
            return None
        body = bytearray()
        # Raw: what was packed could be far larger than what was counted.
        async for piece in response.aiter_raw():
            body += piece
            if len(body) > self._settings.answer_bytes:
                raise BadAnswer(f"{call.name}: more than {self._settings.answer_bytes} bytes")
        return _parsed(call, response, bytes(body))


def _check(call: _Call, response: httpx.Response) -> None:
    status = response.status_code
    if status in BUSY or status >= 500:
        error = StoreUnavailable(f"{call.name}: the shop's system answered {status}")
        raise _Again(error, retry_after(response.headers))
    if status in call.expected or 200 <= status < 300:
        return
    if 300 <= status < 400:
        raise BadAnswer(f"{call.name}: answered {status}; redirects are not followed")
    raise BadAnswer(f"{call.name}: the shop's system answered {status}")


def retry_after(headers: httpx.Headers) -> float:
    """Seconds from now; the header names seconds or a date."""
    text = headers.get("Retry-After", "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        at = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError):
        return 0.0
    return max(0.0, (at.replace(tzinfo=at.tzinfo or UTC) - datetime.now(UTC)).total_seconds())


def _parsed(call: _Call, response: httpx.Response, body: bytes) -> Any:
    kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if kind != "application/json" and not (kind.startswith("application/") and kind.endswith("+json")):
        raise _Again(BadAnswer(f"{call.name}: JSON is needed, not {kind[:60] or 'an untyped answer'}"))
    if response.headers.get("Content-Encoding", "identity") != "identity":
        raise BadAnswer(f"{call.name}: a packed answer was not asked for")
    try:
        return json.loads(body.decode())
    except (ValueError, RecursionError) as error:
        raise _Again(BadAnswer(f"{call.name}: JSON that cannot be read: {error}")) from error


class _WithoutQuery(logging.Filter):
    """httpx logs each address it asks, and ours hold what customers say of themselves."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(
                part.copy_with(query=None) if isinstance(part, httpx.URL) else part for part in record.args
            )
        return True


@contextmanager
def _discreet() -> Iterator[None]:
    logger, discretion = logging.getLogger("httpx"), _WithoutQuery()
    logger.addFilter(discretion)
    try:
        yield
    finally:
        logger.removeFilter(discretion)


@contextmanager
def open_api(settings: ApiSettings) -> Iterator[ShopApi]:
    """Connect to nothing yet; closes all connections in the end."""
    headers = {"Accept": "application/json", "Accept-Encoding": "identity"}
    if settings.token:
        headers["Authorization"] = f"Bearer {settings.token}"
    secure = settings.url.startswith("https:")
    client = httpx.AsyncClient(
        base_url=settings.url,
        headers=headers,
        timeout=httpx.Timeout(settings.read_s, connect=settings.connect_s),
        # The machine's own certificates; neither proxies nor passwords from the environment.
        verify=ssl.create_default_context() if secure else False,
        trust_env=False,
        follow_redirects=False,
    )
    with _discreet(), start_blocking_portal() as portal, portal.wrap_async_context_manager(client) as ready:
        yield ShopApi(settings, portal, ready, Breaker(settings.failures, settings.rest_s, _Again))
