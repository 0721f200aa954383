"""Trains the label-wise attention of `agent/understand/attention.py`: minutes on two cores, the same for the same data."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from agent.understand.attention import EPSILON, Attention, names

if TYPE_CHECKING:
    import torch

Tokens = Sequence[NDArray[np.float16]]

# Chosen on the tune split.
WIDTH = 256
EPOCHS = 8
RATE = 2e-3
DROPPED = 0.3
# Of the tokens of a message so many are not shown: no single word may decide.
HIDDEN_TOKENS = 0.15
DECAY = 0.01
WARM_UP = 0.06
LEAST_RATE = 0.02
STEEPEST = 1.0
# Tokens and messages that are learned from at once.
BATCH_TOKENS = 2048
BATCH = 128
THREADS = 2


def attend(
    tokens: Tokens,
    intents: Sequence[Sequence[str]],
    acts: Sequence[str],
    labels: Mapping[str, list[str]],
    seed: int = 0,
) -> Attention:
    """Learn what messages ask for from their `tokens`, each (tokens, dimensions); `labels` as `Attention` has them.

    Raises `ValueError` for no messages.
    """
    import torch

    if not tokens:
        raise ValueError("no messages to learn from")
    targets = _targets(intents, acts, labels)
    generator, shuffled = torch.Generator().manual_seed(seed), random.Random(seed)
    before = torch.get_num_threads()
    torch.set_num_threads(THREADS)
    try:
        weights = _first(tokens[0].shape[1], targets.shape[1], generator)
        _fit(weights, tokens, torch.from_numpy(targets), len(labels["intents"]), generator, shuffled)
    finally:
        torch.set_num_threads(before)
    return Attention(labels, *(weights[name].detach().numpy() for name in names()))


def _targets(
    intents: Sequence[Sequence[str]], acts: Sequence[str], labels: Mapping[str, list[str]]
) -> NDArray[np.float32]:
    rows = [
        [float(label in wanted) if label else float(not wanted) for label in labels["intents"]]
        + [float(label == act) for label in labels["act"]]
        for wanted, act in zip(intents, acts, strict=True)
    ]
    return np.array(rows, dtype=np.float32)


def _first(dimensions: int, outputs: int, generator: torch.Generator) -> dict[str, torch.Tensor]:
    """Weights to begin with: as large as keeps what goes through them as large as it was (He et al., ICCV 2015)."""
    import torch

    def drawn(*shape: int, size: float) -> torch.Tensor:
        return torch.randn(*shape, generator=generator) * size

    weights = {
        "scale": torch.ones(dimensions), "shift": torch.zeros(dimensions),
        "up": drawn(WIDTH, dimensions, size=(2 / dimensions) ** 0.5), "up_bias": torch.zeros(WIDTH),
        "beside": drawn(WIDTH, WIDTH, 3, size=(2 / 3 / WIDTH) ** 0.5), "beside_bias": torch.zeros(WIDTH),
        "asked": drawn(outputs, WIDTH, size=0.02), "weights": drawn(outputs, 2 * WIDTH, size=0.02),
        # Most labels are on few messages.
        "bias": torch.full((outputs,), -2.0),
    }  # fmt: skip
    return {name: weights[name].requires_grad_() for name in names()}


def _fit(
    weights: dict[str, torch.Tensor], tokens: Tokens, targets: torch.Tensor, split: int,
    generator: torch.Generator, shuffled: random.Random,
) -> None:  # fmt: skip
    import torch

    optimiser = torch.optim.AdamW(weights.values(), lr=RATE, weight_decay=DECAY)
    steps = EPOCHS * len(_batches(tokens, shuffled))
    done = 0
    for _ in range(EPOCHS):
        for batch in _batches(tokens, shuffled):
            for group in optimiser.param_groups:
                group["lr"] = RATE * _share(done / steps)
            loss = _loss(_outputs(weights, *_padded(tokens, batch), generator), targets[batch], split)
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(weights.values(), STEEPEST)
            optimiser.step()
            done += 1


def _share(done: float) -> float:
    """Of the learning rate: it rises, then falls to nearly nothing, 0 ≤ done ≤ 1."""
    return min(1.0, done / WARM_UP) * max(LEAST_RATE, 1 - done)


def _batches(tokens: Tokens, shuffled: random.Random) -> list[list[int]]:
    """Messages of like length together, so that little is padding; in another order each time."""
    order = sorted(range(len(tokens)), key=lambda i: (len(tokens[i]), shuffled.random()))
    found: list[list[int]] = [[]]
    for i in order:
        if found[-1] and ((len(found[-1]) + 1) * len(tokens[i]) > BATCH_TOKENS or len(found[-1]) == BATCH):
            found.append([])
        found[-1].append(i)
    shuffled.shuffle(found)
    return found


def _padded(tokens: Tokens, batch: list[int]) -> tuple[torch.Tensor, torch.Tensor]:
    """(messages, longest, dimensions) and, (messages, longest), 1 where there is a token."""
    import torch

    longest = max(len(tokens[i]) for i in batch)
    seen = np.zeros((len(batch), longest, tokens[0].shape[1]), dtype=np.float32)
    mask = np.zeros((len(batch), longest), dtype=np.float32)
    for row, i in enumerate(batch):
        seen[row, : len(tokens[i])], mask[row, : len(tokens[i])] = tokens[i], 1
    return torch.from_numpy(seen), torch.from_numpy(mask)


def _outputs(
    weights: Mapping[str, torch.Tensor], seen: torch.Tensor, mask: torch.Tensor, generator: torch.Generator
) -> torch.Tensor:
    import torch

    shown = torch.rand(mask.shape, generator=generator) >= HIDDEN_TOKENS
    # The first stands for the whole message; something has to be left of it.
    shown[:, 0] = True
    mask = mask * shown
    there = mask[:, :, None]
    seen = torch.nn.functional.layer_norm(seen, seen.shape[2:], weights["scale"], weights["shift"], EPSILON)
    hidden = torch.relu(seen @ weights["up"].T + weights["up_bias"]) * there
    joined = torch.nn.functional.conv1d(hidden.mT, weights["beside"], weights["beside_bias"], padding=1).mT
    hidden = (hidden + torch.relu(joined)) * there
    kept = torch.rand(hidden.shape, generator=generator) >= DROPPED
    hidden = hidden * kept / (1 - DROPPED)
    looked = torch.einsum("mtw,lw->mlt", hidden, weights["asked"]) + (mask[:, None] - 1) * 1e4
    own = torch.einsum("mlt,mtw->mlw", looked.softmax(2), hidden)
    mean = (hidden.sum(1) / mask.sum(1, keepdim=True))[:, None].expand_as(own)
    outputs: torch.Tensor = (torch.cat([own, mean], 2) * weights["weights"]).sum(2) + weights["bias"]
    return outputs


def _loss(outputs: torch.Tensor, targets: torch.Tensor, split: int) -> torch.Tensor:
    """Every intent by itself, and one act of all."""
    import torch

    intents = torch.nn.functional.binary_cross_entropy_with_logits(
        outputs[:, :split], targets[:, :split], reduction="sum"
    )
    acts = torch.nn.functional.cross_entropy(outputs[:, split:], targets[:, split:], reduction="sum")
    return (intents + acts) / len(outputs)
