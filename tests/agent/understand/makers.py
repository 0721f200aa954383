"""A stand-in for the embedding model and a few labelled messages: no model file is needed."""

from __future__ import annotations

import hashlib

import numpy as np
from numpy.typing import NDArray

from agent.understand.training import Example

WIDTH = 24


def embed(texts: list[str]) -> NDArray[np.float32]:
    """Bags of hashed characters, of unit length: texts with the same letters lie close together."""
    rows = np.zeros((len(texts), WIDTH), dtype=np.float32)
    for row, text in zip(rows, texts, strict=True):
        row[0] = 1.0
        for char in text:
            row[hashlib.sha256(char.encode("utf-8", "surrogatepass")).digest()[0] % WIDTH] += 1.0
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def example(text: str, *intents: str, **labels: str | bool) -> Example:
    defaults = {"lang": "en", "act": "request", "sentiment": "neutral", "complaint": "none", "urgent": False}
    return Example(text=text, intents=intents, **{**defaults, **labels})  # type: ignore[arg-type]


THINGS = ("lamp", "kettle", "rug", "jacket", "台灯", "书架", "帽子", "锅")


def examples() -> list[Example]:
    found = []
    for thing in THINGS:
        found += [
            example(f"return the {thing}", "return_item"),
            example(f"where is my {thing} now?", "tracking", act="question"),
            example(f"the {thing} is rubbish!!", "complaint", sentiment="negative", complaint="quality"),
            example(f"return the {thing} and where is it?", "return_item", "tracking", urgent=True),
            example(f"yes, the {thing}", act="affirm"),
        ]
    return found
