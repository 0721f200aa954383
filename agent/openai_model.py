"""Any server with the OpenAI chat interface as the language model: llama.cpp's llama-server, vLLM and others.

Requests run on an event loop of their own, where one that nobody waits for any more can be given up wherever it
is, also before the first byte of an answer; its connection is closed, which sets the server free.
"""

from __future__ import annotations

import asyncio
import json
import queue
import re
import ssl
import threading
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager
from typing import Any, Final

import httpx

from agent.language_model import CancelToken, ModelError, Prompt, Schema
from agent.model_server import ModelServer, refusal, reported
from agent.sse import EventTooLong, events

_POLL_S: Final = 0.02
_LONGEST_ANSWER: Final = 1_000_000
_ANSWER_CHARACTERS: Final = 100_000
_CLOSING_S: Final = 2.0
_DONE: Final = "[DONE]"
# How templates of chat models mark turns: <|im_end|>, <start_of_turn>, </s>, <｜User｜>, [INST].
_CONTROL = re.compile(r"<(?=[|｜/]|[A-Za-z_]+[>|])|\[(?=/?[A-Z_]+\])")

Say = Callable[[str], None]
Work = Callable[[Say], Coroutine[Any, Any, None]]


class OpenAICompatibleModel:
    """Thread-safe, for as many callers at once as the server takes; see `KEFU_MODEL_PARALLEL`.

    Asks the server at once which models it has. Raises `ModelError` where it does not answer, has no model of
    that name, or has several and none is named.
    """

    def __init__(self, server: ModelServer) -> None:
        self._server = server
        self.name = server.model
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="model server", daemon=True)
        self._thread.start()
        self._client = _client(server)
        try:
            found: list[str] = list(_Running(self._loop, self._list_models))
            self.name = _chosen(server, found)
        except BaseException:
            self.close()
            raise
        self.fingerprint = f"{server.url}#{self.name}"

    def close(self) -> None:
        """Give up what is under way and close all connections."""
        if self._loop.is_closed():
            return
        asyncio.run_coroutine_threadsafe(_shut(self._client), self._loop).result(_CLOSING_S)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def stream(
        self, prompt: Prompt, max_tokens: int, cancel: CancelToken, schema: Schema | None = None
    ) -> Iterator[str]:
        """As `LanguageModel` has it; nothing is tried twice. `ModelBusy` where the server says that it is."""
        body = _body(self.name, prompt, max_tokens, schema)
        running = _Running(self._loop, lambda say: self._complete(body, say))
        try:
            yield from running.until(cancel)
        finally:
            running.stop()

    async def _list_models(self, say: Say) -> None:
        async with self._answering("GET", "models", None) as (response, _):
            for name in _names(self._server, await _beginning(response)):
                say(name)

    async def _complete(self, body: bytes, say: Say) -> None:
        finished, written = False, 0
        async with self._answering("POST", "chat/completions", body) as (response, limit):
            _must_be_events(self._server, response)
            async for data in events(response.aiter_raw()):
                if data.strip() == _DONE:
                    return
                text, ends = _piece(self._server, data)
                finished = finished or ends
                if text:
                    written += len(text)
                    limit.reschedule(self._loop.time() + self._server.between_s)
                    say(text)
                if written > _ANSWER_CHARACTERS:
                    raise ModelError(f"{self._server.place}: the model server does not stop")
        if not finished:
            raise ModelError(f"{self._server.place}: the stream ended before the answer did")

    @asynccontextmanager
    async def _answering(
        self, method: str, path: str, body: bytes | None
    ) -> AsyncIterator[tuple[httpx.Response, asyncio.Timeout]]:
        """An answer that has begun well. Whatever happens while it is read is a `ModelError`."""
        place = self._server.place
        try:
            async with asyncio.timeout(self._server.first_s) as limit:
                request = self._client.build_request(method, path, content=body)
                response = await self._client.send(request, stream=True)
                try:
                    await _check(self._server, self.name, response)
                    yield response, limit
                finally:
                    await response.aclose()
        except httpx.ConnectTimeout as error:
            raise ModelError(f"{place}: the model server cannot be reached") from error
        except httpx.ConnectError as error:
            raise ModelError(f"{place}: the model server cannot be reached: {error}") from error
        except TimeoutError as error:
            raise ModelError(f"{place}: the model server was silent for too long") from error
        except EventTooLong as error:
            raise ModelError(f"{place}: the model server sent {error}") from error
        except httpx.HTTPError as error:
            what = str(error) or type(error).__name__
            raise ModelError(f"{place}: the connection to the model server broke: {what}") from error


class _Running:
    """Work on the event loop, and the pieces that it says, for a thread that reads them."""

    def __init__(self, loop: asyncio.AbstractEventLoop, work: Work) -> None:
        self._loop = loop
        self._found: queue.SimpleQueue[str | BaseException | None] = queue.SimpleQueue()
        self._task: asyncio.Task[None] | None = None
        self._over = threading.Event()
        loop.call_soon_threadsafe(self._begin, work)

    def __iter__(self) -> Iterator[str]:
        return self.until(CancelToken())

    def until(self, cancel: CancelToken) -> Iterator[str]:
        while not cancel.cancelled:
            try:
                piece = self._found.get(timeout=_POLL_S)
            except queue.Empty:
                continue
            if piece is None:
                return
            if isinstance(piece, BaseException):
                raise piece
            yield piece

    def stop(self) -> None:
        """Give the work up, if it is not over; returns when its connection is closed."""
        if not self._over.is_set() and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._give_up)
            self._over.wait(_CLOSING_S)

    def _begin(self, work: Work) -> None:
        self._task = self._loop.create_task(work(self._found.put))
        self._task.add_done_callback(self._end)

    def _give_up(self) -> None:
        if self._task is not None:
            self._task.cancel()

    def _end(self, task: asyncio.Task[None]) -> None:
        self._over.set()
        self._found.put(None if task.cancelled() else task.exception())


def _client(server: ModelServer) -> httpx.AsyncClient:
    headers = {"Accept-Encoding": "identity", "Content-Type": "application/json"}
    if server.key:
        headers["Authorization"] = f"Bearer {server.key}"
    return httpx.AsyncClient(
        base_url=server.url,
        headers=headers,
        # The other limits are ours: a server may well send something and never any text.
        timeout=httpx.Timeout(None, connect=server.connect_s),
        limits=httpx.Limits(max_connections=None),
        verify=ssl.create_default_context() if server.url.startswith("https:") else False,
        trust_env=False,
        follow_redirects=False,
    )


async def _shut(client: httpx.AsyncClient) -> None:
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
    await client.aclose()


def _body(model: str, prompt: Prompt, max_tokens: int, schema: Schema | None) -> bytes:
    # What repeats comes first, so that a server that keeps what it has read can go on from there.
    content = "\n".join(filter(None, (prompt.material, prompt.question)))
    asked: dict[str, Any] = {
        "model": model,
        "messages": [
            {"role": "system", "content": prompt.system},
            {"role": "user", "content": defused(content)},
        ],
        "max_tokens": max_tokens,
        "temperature": 0,
        "stream": True,
    }
    if schema is not None:
        form = {"name": "answer", "schema": dict(schema), "strict": True}
        asked["response_format"] = {"type": "json_schema", "json_schema": form}
    return json.dumps(asked, ensure_ascii=False).encode()


def defused(text: str) -> str:
    """A text in which nothing is a control token of a chat template: servers put it into theirs as it is."""
    return _CONTROL.sub(r"\g<0> ", text)


async def _check(server: ModelServer, model: str, response: httpx.Response) -> None:
    status, kind = response.status_code, response.headers.get("Content-Type", "").lower()
    if 200 <= status < 300 and "html" not in kind:
        return
    if "html" in kind:
        raise ModelError(
            f"{server.place}: a web page came ({status}) where a model server should be: {server.url}"
            " usually has to end in /v1"
        )
    raise refusal(server, model, status, kind, await _beginning(response))


async def _beginning(response: httpx.Response) -> bytes:
    """A short answer, or as much of a long one as is worth reading."""
    body = b""
    async for piece in response.aiter_raw():
        body += piece
        if len(body) > _LONGEST_ANSWER:
            break
    return body


def _must_be_events(server: ModelServer, response: httpx.Response) -> None:
    kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if kind != "text/event-stream":
        raise ModelError(
            f"{server.place}: the model server does not stream: it answered {kind[:60] or 'without a type'}"
        )


def _piece(server: ModelServer, data: str) -> tuple[str, bool]:
    """The text of one event, and whether the answer ends with it."""
    try:
        found = json.loads(data)
        if "error" in found:
            raise reported(server, found["error"])
        choices = found["choices"]
        if not choices:
            return "", False
        choice = choices[0]
        text = (choice.get("delta") or {}).get("content") or ""
        if not isinstance(text, str):
            raise TypeError(f"content is {type(text).__name__}")
        return text, choice.get("finish_reason") is not None
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError) as error:
        raise ModelError(
            f"{server.place}: the model server sent an event that cannot be read: {type(error).__name__}: {error}"
        ) from error


def _names(server: ModelServer, body: bytes) -> list[str]:
    try:
        return [str(each["id"]) for each in json.loads(body)["data"]]
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise ModelError(f"{server.place}: {server.url}/models is no list of models") from error


def _chosen(server: ModelServer, found: list[str]) -> str:
    if server.model:
        if server.model not in found:
            raise ModelError(
                f"{server.place}: the model server does not have {server.model}, only: {', '.join(found)}"
            )
        return server.model
    if len(found) != 1:
        some = f"{len(found)} models, name one as in {server.url}#NAME: {', '.join(found)}"
        raise ModelError(f"{server.place}: the model server has {some if found else 'no model'}")
    return found[0]
