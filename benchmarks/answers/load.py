"""Many conversations at once against a real server: throughput, waiting, and who was told to come back."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from typing import Any

import httpx
import numpy as np

from eval.replies.cases import LANGUAGES, Case

LEVELS = (1, 4, 16, 64)
LEAST_CONVERSATIONS = 4
PATIENCE_S = 600.0
_BUSY = (429, 503)


@dataclass(frozen=True, slots=True)
class Talk:
    """One customer with two messages: a question about the rules, then one about an order of theirs."""

    language: str
    customer: str
    messages: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Heard:
    seconds: float
    status: int
    problem: str


def talks(cases: Sequence[Case]) -> list[Talk]:
    """Pairs of a policy and an order question, both languages in turns. Raises `ValueError` without any."""
    found: list[list[Talk]] = []
    for language in LANGUAGES:
        kinds = {
            kind: [
                case for case in cases if (case.kind, case.language) == (kind, language) and not case.before
            ]
            for kind in ("policy", "order")
        }
        pairs = zip(kinds["policy"], cycle(kinds["order"]), strict=False) if kinds["order"] else ()
        found.append([Talk(language, o.customer, (p.text, o.text)) for p, o in pairs])
    mixed = [talk for pair in zip(*found, strict=False) for talk in pair] or [
        t for each in found for t in each
    ]
    if not mixed:
        raise ValueError("the cases have no policy and order question in one language")
    return mixed


def measure_level(url: str, mixed: Sequence[Talk], at_once: int) -> dict[str, Any]:
    """`at_once` conversations at any time, at least `LEAST_CONVERSATIONS` in all. Times in s."""
    wanted = max(at_once, LEAST_CONVERSATIONS)
    started = time.perf_counter()
    heard = asyncio.run(_all(url, list(islice(cycle(mixed), wanted)), at_once))
    elapsed = time.perf_counter() - started
    times = [each.seconds for each in heard if each.status == 200] or [0.0]
    return {
        "at_once": at_once,
        "conversations": wanted,
        "turns": len(heard),
        "turns_a_minute": round(60 * len(heard) / elapsed, 2),
        "turn_s": {f"p{p}": round(float(np.percentile(times, p)), 4) for p in (50, 95)},
        "all_turn_s": [round(each.seconds, 4) for each in heard],
        "busy": sum(each.status in _BUSY or bool(each.problem) for each in heard),
        "failed": sum(each.status != 200 and each.status not in _BUSY for each in heard),
        "problems": sorted({each.problem for each in heard if each.problem}),
    }


async def _all(url: str, wanted: Sequence[Talk], at_once: int) -> list[Heard]:
    gate = asyncio.Semaphore(at_once)
    limits = httpx.Limits(max_connections=2 * at_once + 4)
    # The machine's proxy has no business between us and the loopback.
    async with httpx.AsyncClient(base_url=url, timeout=PATIENCE_S, limits=limits, trust_env=False) as client:

        async def one(talk: Talk) -> list[Heard]:
            async with gate:
                return await _talk(client, talk)

        return [heard for each in await asyncio.gather(*map(one, wanted)) for heard in each]


async def _talk(client: httpx.AsyncClient, talk: Talk) -> list[Heard]:
    body: dict[str, Any] = {"channel": "bench", "locale": talk.language}
    if talk.customer:
        body["customer"] = {"email": talk.customer}
    opened = await client.post("/v1/conversations", json=body)
    opened.raise_for_status()
    place = f"/v1/conversations/{opened.json()['conversation_id']}/messages"
    return [await _message(client, place, text) for text in talk.messages]


async def _message(client: httpx.AsyncClient, place: str, text: str) -> Heard:
    started = time.perf_counter()
    answer = await client.post(place, json={"text": text})
    seconds = time.perf_counter() - started
    if answer.status_code != 200:
        return Heard(seconds, answer.status_code, "")
    trace = (await client.get(f"/v1/turns/{answer.json()['turn_id']}/trace")).json()
    return Heard(seconds, 200, str(trace["trace"]["generation"]["problem"]))
