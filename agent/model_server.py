"""Where a model server is, how long it is waited for, and what its refusals mean."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any

import httpx

from agent.language_model import ModelBusy, ModelError
from tools.store.rest.address import problem_of

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_BUSY = frozenset({408, 425, 429, 503})
_SHOWN = 200


@dataclass(frozen=True, slots=True)
class ModelServer:
    """`url` is what comes before `/chat/completions`; `model` may be left out where there is only one.

    Seconds: `connect_s` until a connection stands, `first_s` until the first piece of text, `between_s` from
    one piece to the next. Raises `ModelError` for an address that is not safe to ask.
    """

    url: str
    model: str = ""
    key: str = field(default="", repr=False)
    plain_http: bool = False
    connect_s: float = 3.0
    first_s: float = 60.0
    between_s: float = 20.0

    def __post_init__(self) -> None:
        if problem := problem_of(self.url, self.plain_http):
            raise ModelError(f"the model server's address: {problem}")
        if not self.key.isascii() or not self.key.isprintable():
            raise ModelError("the model server's key: only printable ASCII can be sent")

    @property
    def place(self) -> str:
        """Host and port, as errors name it."""
        return httpx.URL(self.url).netloc.decode()


def is_address(spec: str) -> bool:
    """Whether a model is named by an address rather than by a file or a name; not whether it is a good one."""
    return bool(_SCHEME.match(spec))


def split_address(spec: str) -> tuple[str, str]:
    """`http://host/v1#model` as address and model; the model may be missing."""
    url, _, model = spec.partition("#")
    return url.rstrip("/"), model


def refusal(server: ModelServer, model: str, status: int, kind: str, body: bytes) -> ModelError:
    """What an answer other than 2xx means, in words for people; the key is never among them."""
    said = _said(body, server.key) if "json" in kind else ""
    tail = f": {said}" if said else ""
    if status in _BUSY:
        return ModelBusy(f"{server.place}: the model server is busy ({status}){tail}")
    if status in (401, 403):
        return ModelError(f"{server.place}: the model server refuses the key ({status}){tail}")
    if status == 404 and said and model:
        return ModelError(f"{server.place}: the model server does not have {model} (404){tail}")
    if status == 404:
        return ModelError(f"{server.place}: no such address (404): {server.url} usually has to end in /v1")
    if 300 <= status < 400:
        return ModelError(f"{server.place}: the model server answered {status}; redirects are not followed")
    return ModelError(f"{server.place}: the model server answered {status}{tail}")


def reported(server: ModelServer, error: Any) -> ModelError:
    """An error that came in the middle of an answer."""
    said = _message(error, server.key) or "no reason given"
    status = error.get("code") if isinstance(error, dict) else None
    what = ModelBusy if status in _BUSY else ModelError
    return what(f"{server.place}: the model server broke off: {said}")


def _said(body: bytes, key: str) -> str:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    return _message(found.get("error", found), key) if isinstance(found, dict) else ""


def _message(error: Any, key: str) -> str:
    """One line of what a server says about an error; some repeat what they were sent."""
    text = error.get("message", "") if isinstance(error, dict) else error
    if not isinstance(text, str):
        return ""
    shown = "".join(char if char.isprintable() else " " for char in text)
    return (shown.replace(key, "…") if key else shown).strip()[:_SHOWN]
