"""A transformer recorded once as a graph, so that a single message is not slowed down by Python.

On one core a message of 20 tokens took about three quarters of the time of the same model run from Python.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch
    from sentence_transformers import SentenceTransformer

# The recorded graph must give what the model gives, whatever the length of the text.
SAME = 1e-3
_TRIED = ("one", "a text that is a good deal longer than the one that was recorded, 也有中文")

Layers = Callable[["torch.Tensor", "torch.Tensor"], tuple["torch.Tensor", ...]]


def record(model: SentenceTransformer) -> Layers | None:
    """Token ids and mask, both (1, tokens), to the hidden states of all layers, each (1, tokens, width).

    None for a model that cannot be recorded, or whose graph gives something else than itself; it is then
    run as it is.
    """
    import torch

    transformer: Any = getattr(model[0], "auto_model", None)
    if transformer is None:
        return None

    class Hidden(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model = transformer

        def forward(self, ids: torch.Tensor, mask: torch.Tensor) -> tuple[torch.Tensor, ...]:
            found: tuple[torch.Tensor, ...] = self.model(
                input_ids=ids, attention_mask=mask, output_hidden_states=True
            ).hidden_states
            return found

    plain = Hidden().eval()
    try:
        with torch.no_grad(), warnings.catch_warnings():
            # torch advises other ways, which need a C++ compiler on the user's machine.
            warnings.simplefilter("ignore")
            traced = torch.jit.trace(plain, _inputs(model, "to record"), check_trace=False)  # type: ignore[no-untyped-call]
            graph = torch.jit.freeze(traced)
            same = all(_same(graph, plain, _inputs(model, text)) for text in _TRIED)
    except Exception:
        # Any model may come here; none has to be recordable.
        return None
    return graph if same else None


def _inputs(model: SentenceTransformer, text: str) -> tuple[Any, Any]:
    features = model.preprocess([text])
    return features["input_ids"], features["attention_mask"]


def _same(graph: Layers, plain: Any, inputs: tuple[Any, Any]) -> bool:
    pairs = zip(graph(*inputs), plain(*inputs), strict=True)
    return all(float((a - b).abs().max()) < SAME for a, b in pairs)
