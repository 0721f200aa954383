"""First token and memory while more and more passages have their prompt state in the cache."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

from agent.language_model import CancelToken, LanguageModel, Prompt
from benchmarks.answers.meter import peak_mb, resident_mb
from prompts.render import Texts
from retrieval.passages import Passage
from service.settings import Settings
from service.wiring import load_model
from tools.policy.cards import load_policy_book

SIZES = (10, 100, 1000)
ASKED = 20
# More than the state of one short passage takes on disk, so that none is pushed out.
STATE_MB = 10
_COLOURS = ("red", "blue", "green", "white", "black", "grey", "yellow", "brown", "purple", "orange")


def measure_growth(settings: Settings, sizes: Sequence[int]) -> Iterator[dict[str, Any]]:
    """A row a size: times in s, memory and disk in 10^6 bytes.

    The passages are made up and short; the cache is given room for all of them. At each size `ASKED` of them,
    drawn at random, are asked about once.
    """
    roomy = settings.model_copy(update={"state_cache_mb": STATE_MB * max(sizes) + settings.state_cache_mb})
    texts = Texts(load_policy_book(settings.policies_dir).timezone)
    model, filled, chance = load_model(roomy), 0, random.Random(7)
    for size in sizes:
        started = time.perf_counter()
        for number in range(filled, size):
            _first_token(model, _prompt(texts, number, "?"))
        filled, took = size, time.perf_counter() - started
        asked = chance.sample(range(size), min(ASKED, size))
        times = [_first_token(model, _prompt(texts, number, "What does it cost?")) for number in asked]
        yield {
            "passages": size,
            "first_s": {f"p{p}": round(float(np.percentile(times, p)), 4) for p in (50, 95)},
            "all_first_s": [round(each, 4) for each in times],
            "resident_mb": round(resident_mb(), 1),
            "peak_mb": round(peak_mb(), 1),
            "disk_mb": round(_size(roomy.states_dir) / 1e6, 1),
            "filled_s": round(took, 2),
        }


def _first_token(model: LanguageModel, prompt: Prompt) -> float:
    """Seconds until a token has come; one is enough to leave the state behind."""
    started = time.perf_counter()
    for _ in model.stream(prompt, 1, CancelToken()):
        pass
    return time.perf_counter() - started


def _prompt(texts: Texts, number: int, question: str) -> Prompt:
    return Prompt(
        system=texts.render("en", "answer_system"),
        material=texts.render("en", "answer_material", passages=(_passage(number),)),
        question=texts.render("en", "answer_question", question=question),
    )


def _passage(number: int) -> Passage:
    """Some thirty tokens, another text for every number."""
    colour = _COLOURS[number % len(_COLOURS)]
    text = (
        f"Engraving {colour} gift {number} costs ¥{number % 90 + 9} and takes {number % 12 + 2} working days."
    )
    topic = f"growth#gift-{number}"
    return Passage(topic, topic, "growth", "Gifts", f"Gift {number}", "en", "1", text)


def _size(folder: Path) -> int:
    total = 0
    for path in folder.rglob("*"):
        # A cache may trim itself while it is looked at.
        with suppress(FileNotFoundError):
            total += path.stat().st_size if path.is_file() else 0
    return total
