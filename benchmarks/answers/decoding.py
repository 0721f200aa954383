"""How fast Kefu's engine writes, beside llama.cpp's own loop and, where there is one, its own benchmark."""

from __future__ import annotations

import json
import statistics
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import llama_cpp

from agent.language_model import CancelToken, LanguageModel, ModelError, Prompt
from benchmarks.answers.meter import Meter
from models.resolve import resolve_language_model
from service.settings import Settings
from service.wiring import load_model

TOKENS = 128
ROUNDS = 3
_QUESTION = Path(__file__).parent / "prompts" / "en" / "count.j2"
LEFT_OUT = "left out: there is no llama-bench on PATH, and none was given"


def measure_decoding(settings: Settings, meter: Meter) -> dict[str, Any]:
    """Tokens a second of Kefu's engine and of a loop over llama.cpp's C functions, taking turns."""
    path = resolve_language_model(settings.model, settings.models_dir)
    model, question = load_model(settings), _QUESTION.read_text(encoding="utf-8")
    ours, theirs = [], []
    with _bare_context(path, settings.model_threads, settings.model_context) as bare:
        for _ in range(ROUNDS):
            ours.append(_kefu_speed(model, question, meter))
            theirs.append(_bare_speed(bare, meter))
    return {
        "tokens": TOKENS,
        "kefu": round(statistics.median(ours), 3),
        "bare": round(statistics.median(theirs), 3),
        "kefu_rounds": [round(each, 3) for each in ours],
        "bare_rounds": [round(each, 3) for each in theirs],
    }


def with_llama_bench(found: dict[str, Any], program: str | None, path: Path, threads: int) -> dict[str, Any]:
    """Add the speed that llama.cpp's benchmark finds, and Kefu's share of it; or why it was left out."""
    if not program:
        return found | {"left_out": LEFT_OUT}
    command = [program, "-m", str(path), "-p", "0", "-n", str(TOKENS), "-t", str(threads), "-r", str(ROUNDS)]
    try:
        done = subprocess.run([*command, "-o", "json"], check=True, capture_output=True, text=True)
        speed = float(next(row["avg_ts"] for row in json.loads(done.stdout) if row["n_gen"] == TOKENS))
    except (OSError, subprocess.CalledProcessError, ValueError, KeyError, StopIteration) as error:
        return found | {"left_out": f"{program} gave nothing to compare with: {error!r}"}
    return found | {"llama_bench": round(speed, 3), "ratio": round(found["kefu"] / speed, 4)}


def _kefu_speed(model: LanguageModel, question: str, meter: Meter) -> float:
    meter.reset()
    for _ in model.stream(Prompt("", "", question), TOKENS + 16, CancelToken()):
        pass
    return _speed(meter)


def _bare_speed(context: Any, meter: Meter) -> float:
    """One token after the other without choosing any, as llama-bench does."""
    llama_cpp.llama_memory_clear(llama_cpp.llama_get_memory(context), True)
    meter.reset()
    token = (llama_cpp.llama_token * 1)(1000)
    for _ in range(TOKENS + 1):
        if llama_cpp.llama_decode(context, llama_cpp.llama_batch_get_one(token, 1)):
            raise ModelError("llama.cpp could not decode a token")
        llama_cpp.llama_synchronize(context)
    return _speed(meter)


def _speed(meter: Meter) -> float:
    moments = meter.moments
    if len(moments) <= TOKENS:
        raise ModelError(f"{len(moments)} tokens were written, {TOKENS + 1} are needed to time them")
    return TOKENS / (moments[TOKENS] - moments[0])


@contextmanager
def _bare_context(path: Path, threads: int, size: int) -> Iterator[Any]:
    model = llama_cpp.llama_model_load_from_file(str(path).encode(), llama_cpp.llama_model_default_params())
    wanted = llama_cpp.llama_context_default_params()
    wanted.n_ctx, wanted.n_threads, wanted.n_threads_batch = size, threads, threads
    context = llama_cpp.llama_init_from_model(model, wanted)
    if not context:
        raise ModelError(f"llama.cpp cannot make a context for {path}")
    try:
        yield context
    finally:
        llama_cpp.llama_free(context)
        llama_cpp.llama_model_free(model)
