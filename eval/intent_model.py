"""How well the language model alone tells what a message asks for, under a JSON grammar: the heads' gap to it."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from agent.understand.heads import Heads
from agent.understand.labels import INTENTS
from agent.understand.training import Embed, Example

NOTHING = "none"
CONTEXT = 1024
LONGEST_ANSWER = 40
_INSTRUCTION = (
    "You sort messages of an online shop's customers. Labels: "
    + ", ".join(INTENTS)
    + '. Answer with JSON: {"intents": [...]} with the labels of everything that the message asks for,'
    " most important first, [] if it asks for nothing."
)
_SCHEMA = {
    "type": "object",
    "properties": {"intents": {"type": "array", "items": {"enum": list(INTENTS)}, "maxItems": 3}},
    "required": ["intents"],
}


def compare(
    model: Path, heads: Heads, embed: Embed, examples: Sequence[Example], each: int, seed: int = 0
) -> dict[str, dict[str, float]]:
    """By language: exact set and top intent of model and heads on the same `each` messages, 0..1, and the
    model's seconds a message. Raises what llama.cpp raises for a file that is no model."""
    import llama_cpp
    from llama_cpp.llama_grammar import LlamaGrammar

    llama = llama_cpp.Llama(str(model), n_ctx=CONTEXT, seed=seed, verbose=False)
    grammar = LlamaGrammar.from_json_schema(json.dumps(_SCHEMA), verbose=False)
    report = {}
    for language in sorted({example.lang for example in examples}):
        own = [example for example in examples if example.lang == language]
        chosen = random.Random(seed).sample(own, min(each, len(own)))
        started = time.perf_counter()
        said = [_ask(llama, grammar, example.text) for example in chosen]
        seconds = (time.perf_counter() - started) / len(chosen)
        texts = [example.text for example in chosen]
        scored = heads.score_all(texts, embed(texts))
        ours = [[s.label for s in scores.intents if s.label in scores.predicted] for scores in scored]
        report[language] = {
            "messages": len(chosen), "seconds": round(seconds, 2),
            **_right("model", said, chosen), **_right("heads", ours, chosen),
        }  # fmt: skip
    return report


def _ask(llama: Any, grammar: Any, text: str) -> list[str]:
    messages = [{"role": "system", "content": _INSTRUCTION}, {"role": "user", "content": text}]
    answer = llama.create_chat_completion(
        messages, grammar=grammar, max_tokens=LONGEST_ANSWER, temperature=0.0
    )
    try:
        found = json.loads(answer["choices"][0]["message"]["content"])["intents"]
    except (ValueError, KeyError, TypeError):
        # Cut off by the limit of tokens.
        return []
    return [str(label) for label in found]


def _right(name: str, said: list[list[str]], chosen: list[Example]) -> dict[str, float]:
    exact = [set(a) == set(e.intents) for a, e in zip(said, chosen, strict=True)]
    top = [next(iter(a), NOTHING) in (e.intents or (NOTHING,)) for a, e in zip(said, chosen, strict=True)]
    return {f"{name}_exact": sum(exact) / len(exact), f"{name}_top": sum(top) / len(top)}
