"""What a message asks for, read token by token.

The similarity of whole messages sees their average: of two wishes in one message the lesser goes under. Here every label
looks for its own words: a layer over the tokens and their neighbours, then for each label an average of its own
(label-wise attention; Mullenbach et al., NAACL 2018).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agent.understand.similarity import Matrix

NO_INTENT = ""
EPSILON = 1e-5
# Log-odds beyond these are not believed: nobody has labelled ten thousand messages without a mistake.
SUREST = 9.0
HEADS = ("intents", "act")
# The ranks of the weights, in the order of the fields of `Attention`.
_RANKS = (1, 1, 2, 1, 3, 1, 2, 2, 1)
Floats = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Attention:
    """`labels` has those of "intents", where "" is none, and of "act"; together the columns of the outputs.

    Shapes, with D the dimensions of a token, W the width and L the labels: `scale`, `shift` (D); `up` (W, D), `up_bias`
    (W); `beside` (W, W, 3) over the token before, itself and the one after, `beside_bias` (W); `asked` (L, W) is what a
    label looks for, `weights` (L, 2 W) what it makes of what it found and of the average, `bias` (L).
    Raises `ValueError` for weights that do not fit each other or the labels.
    """

    labels: Mapping[str, list[str]]
    scale: Floats
    shift: Floats
    up: Floats
    up_bias: Floats
    beside: Floats
    beside_bias: Floats
    asked: Floats
    weights: Floats
    bias: Floats

    def __post_init__(self) -> None:
        width, dimensions = self.up.shape
        count = sum(len(self.labels[head]) for head in HEADS)
        wanted = (
            (dimensions,), (dimensions,), (width, dimensions), (width,), (width, width, 3), (width,),
            (count, width), (count, 2 * width), (count,),
        )  # fmt: skip
        for name, shape in zip(names(), wanted, strict=True):
            if getattr(self, name).shape != shape:
                raise ValueError(f"{name}: shape {getattr(self, name).shape}, {shape} is needed")

    def log_odds(self, tokens: Sequence[NDArray[Any]], labels: Mapping[str, list[str]]) -> dict[str, Matrix]:
        """By head, (messages, its `labels`): log-odds of each intent, logarithms of the probabilities of the acts.

        A label that was not trained gets the least that there is. Raises `ValueError` for tokens of other dimensions.
        """
        found = np.array([self._outputs(each) for each in tokens]).reshape(len(tokens), -1)
        split = len(self.labels["intents"])
        acts = found[:, split:] - found[:, split:].max(axis=1, keepdims=True)
        acts = acts - np.log(np.exp(acts).sum(axis=1, keepdims=True))
        parts = {"intents": found[:, :split], "act": acts}
        return {head: self._of(head, parts[head], labels[head]) for head in HEADS}

    def _of(self, head: str, outputs: Matrix, labels: list[str]) -> Matrix:
        places = {label: place for place, label in enumerate(self.labels[head])}
        chosen = np.full((len(outputs), len(labels)), -SUREST)
        for column, label in enumerate(labels):
            if label in places:
                chosen[:, column] = outputs[:, places[label]]
        kept: Matrix = np.clip(chosen, -SUREST, SUREST)
        return kept

    def _outputs(self, tokens: NDArray[Any]) -> Matrix:
        """One message, (tokens, dimensions), to (labels); the same as `agent/understand/attention_training.py` computes."""
        if tokens.ndim != 2 or not len(tokens) or tokens.shape[1] != len(self.scale):
            raise ValueError(f"tokens of shape {tokens.shape}; (tokens, {len(self.scale)}) is needed")
        seen = tokens.astype(np.float32)
        seen = seen - seen.mean(axis=1, keepdims=True)
        seen = seen / np.sqrt((seen**2).mean(axis=1, keepdims=True) + np.float32(EPSILON))
        hidden = _relu((seen * self.scale + self.shift) @ self.up.T + self.up_bias)
        around = np.pad(hidden, ((1, 1), (0, 0)))
        joined: Floats = np.sum(
            [around[at : at + len(hidden)] @ self.beside[:, :, at].T for at in range(3)], axis=0
        )
        hidden = hidden + _relu(joined + self.beside_bias)
        looked = self.asked @ hidden.T
        looked = np.exp(looked - looked.max(axis=1, keepdims=True))
        own: Floats = (looked / looked.sum(axis=1, keepdims=True)) @ hidden
        both = np.hstack([own, np.broadcast_to(hidden.mean(axis=0), own.shape)])
        outputs: Matrix = ((both * self.weights).sum(axis=1) + self.bias).astype(np.float64)
        return outputs

    def stored(self) -> tuple[dict[str, list[str]], dict[str, Floats]]:
        """What JSON can hold, and the arrays by name: together what `from_stored` needs."""
        return dict(self.labels), {name: getattr(self, name) for name in names()}

    @classmethod
    def from_stored(cls, labels: Mapping[str, list[str]], arrays: Mapping[str, Any]) -> Attention:
        """Raises `KeyError` or `ValueError` for parts that are missing or do not fit each other."""
        for name, rank in zip(names(), _RANKS, strict=True):
            if arrays[name].ndim != rank:
                raise ValueError(f"{name}: {arrays[name].ndim} dimensions, {rank} are needed")
        return cls(labels, *(arrays[name] for name in names()))


def names() -> list[str]:
    """Of the weights, in their order."""
    return [field.name for field in fields(Attention) if field.name != "labels"]


def _relu(values: Floats) -> Floats:
    kept: Floats = np.maximum(values, np.float32(0))
    return kept
