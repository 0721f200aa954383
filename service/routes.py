"""The agent endpoint: conversations, messages as JSON or as a stream of events, traces, passages."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import msgspec
import structlog
from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import ClientException, NotAuthorizedException, NotFoundException
from litestar.params import FromPath, JSONBody, SkipValidation
from litestar.response import ServerSentEvent, ServerSentEventMessage
from litestar.status_codes import HTTP_200_OK, HTTP_201_CREATED

from agent.language_model import CancelToken
from service.problems import Problem, problem_of
from service.schema import (
    Conversation,
    ConversationCreated,
    Demo,
    DemoCustomer,
    NewConversation,
    NewMessage,
    PassageView,
    Turn,
)
from service.tokens import TokenRefused
from service.turns import TurnService, clean
from service.workers import Workers

Turns = SkipValidation[NamedDependency[TurnService]]
log = structlog.get_logger("kefu.turns")
EVENT_STREAM = "text/event-stream"
_END = object()


Pool = SkipValidation[NamedDependency[Workers]]


class Conversations(Controller):
    path = "/v1/conversations"
    tags = ("conversations",)

    @post(status_code=HTTP_201_CREATED, summary="Begin a conversation", sync_to_thread=True)
    def create(
        self, request: Request[Any, Any, Any], data: JSONBody[NewConversation], turns: Turns
    ) -> ConversationCreated:
        peer = request.client.host if request.client else None
        source = turns.sources.name(peer, request.headers.getall("x-forwarded-for", []), data.channel)
        try:
            return turns.open(data.channel, data.locale, data.customer, source)
        except TokenRefused as error:
            raise NotAuthorizedException(
                f"customer.token cannot be used: {error}", headers={"WWW-Authenticate": "Bearer"}
            ) from error

    @get("/{conversation_id:str}", summary="A conversation with its turns", sync_to_thread=True)
    def read(self, conversation_id: FromPath[str], turns: Turns) -> Conversation:
        return turns.read(conversation_id)

    @post(
        "/{conversation_id:str}/messages",
        status_code=HTTP_200_OK,
        summary="Send a message; answers with the turn, or with events under Accept: text/event-stream",
    )
    async def send(
        self,
        request: Request[Any, Any, Any],
        conversation_id: FromPath[str],
        data: JSONBody[NewMessage],
        turns: Turns,
        workers: Pool,
    ) -> Response[Turn] | ServerSentEvent:
        if data.attachments:
            raise ClientException("attachments: not supported yet; leave it out or send an empty list")
        clean(data.text)
        if EVENT_STREAM in request.headers.get("accept", ""):
            # Once a stream has begun it is too late for a 404 or a 503.
            await asyncio.to_thread(turns.require, conversation_id)
            return ServerSentEvent(_events(*_started(turns, workers, conversation_id, data)))
        return Response(await _whole(request, turns, workers, conversation_id, data))


class Traces(Controller):
    path = "/v1"
    tags = ("explanations",)

    @get("/turns/{turn_id:str}/trace", summary="Why a turn was as it was", sync_to_thread=True)
    def trace(self, turn_id: FromPath[str], turns: Turns) -> dict[str, Any]:
        record = turns.explain(turn_id)
        if record is None:
            raise NotFoundException("there is no turn with this id")
        return record

    @get("/passages/{passage_id:str}", summary="A passage as it is cited", sync_to_thread=True)
    def passage(self, passage_id: FromPath[str], turns: Turns) -> PassageView:
        found = turns.parts.knowledge().passage(passage_id)
        if found is None:
            raise NotFoundException("there is no passage with this id in the present snapshot")
        return PassageView(found.id, found.title, found.heading, found.language, found.revision, found.text)

    @get("/demo", summary="Who one can be in the sample shop", sync_to_thread=True)
    def demo(self, turns: Turns) -> Demo:
        store = turns.parts.store
        names = {language: store.meta(f"name.{language}") or "" for language in ("zh", "en")}
        if store.meta("sample") != "true":
            return Demo(False, names, [])
        cast = msgspec.json.decode(store.meta("extras.demo") or "[]", type=list[DemoCustomer])
        return Demo(True, names, cast)


async def _whole(
    request: Request[Any, Any, Any],
    turns: TurnService,
    workers: Workers,
    conversation_id: str,
    message: NewMessage,
) -> Turn:
    """The whole turn; a client that hangs up meanwhile sets the model free."""
    cancel = CancelToken()
    running = workers.start(turns, conversation_id, message, cancel, lambda name, value: None)
    watching = asyncio.create_task(_hung_up(request))
    try:
        waited: set[asyncio.Future[Any]] = {running, watching}
        await asyncio.wait(waited, return_when=asyncio.FIRST_COMPLETED)
        if not running.done():
            cancel.cancel()
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        cancel.cancel()
        raise
    finally:
        watching.cancel()


async def _hung_up(request: Request[Any, Any, Any]) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


def _started(
    turns: TurnService, workers: Workers, conversation_id: str, message: NewMessage
) -> tuple[asyncio.Future[Turn], asyncio.Queue[Any], CancelToken]:
    """A turn under way, and the queue that its stages are put into; the last thing there is `_END`."""
    loop, cancel = asyncio.get_running_loop(), CancelToken()
    queue: asyncio.Queue[Any] = asyncio.Queue()

    def listen(name: str, value: Any) -> None:
        loop.call_soon_threadsafe(queue.put_nowait, (name, value))

    running = workers.start(turns, conversation_id, message, cancel, listen)
    running.add_done_callback(lambda _: queue.put_nowait(_END))
    return running, queue, cancel


async def _events(
    running: asyncio.Future[Turn], queue: asyncio.Queue[Any], cancel: CancelToken
) -> AsyncIterator[ServerSentEventMessage]:
    """Events as the stages finish; closing the stream cancels the model, the turn is still recorded."""
    try:
        while (item := await queue.get()) is not _END:
            yield _event(*item)
        yield _event(*_outcome(running))
    finally:
        cancel.cancel()


def _outcome(running: asyncio.Future[Turn]) -> tuple[str, Turn | Problem]:
    error = running.exception()
    if error is None:
        return "turn", running.result()
    if not isinstance(error, Exception):
        raise error
    problem = problem_of(error)
    if problem.status == 500:
        log.error("unforeseen error in a turn", exc_info=error)
    return "error", problem


def _event(name: str, value: Any) -> ServerSentEventMessage:
    return ServerSentEventMessage(data=msgspec.json.encode(value).decode(), event=name)
