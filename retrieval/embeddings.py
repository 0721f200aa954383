"""Text to vectors: any sentence-transformers model behind LangChain's `Embeddings`."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from langchain_core.embeddings import Embeddings
from numpy.typing import NDArray

from retrieval.errors import EmbeddingFailed
from retrieval.traced import Layers, record

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Vectors = NDArray[np.float32]

E5_PREFIXES = ("query: ", "passage: ")
# On two shared cores a query on two threads took 54 to over 200 ms, on one 62-69 ms; bulk gains from two.
QUERY_THREADS = 1
BULK_THREADS = 2
# How far up the model the trained heads look, as shares of its layers: 8 and 10 of 12. What a message asks
# for shows better there than in the last layer, which was trained for search.
DEPTHS = (2 / 3, 5 / 6)


class SentenceEmbeddings(Embeddings):
    """`model` is a folder or a hub name; nothing is loaded before the first text.

    Models of the e5 family need `query: ` and `passage: ` before their texts and get them unless
    `prefixes` says otherwise. Safe to share between threads: one text batch runs at a time.
    """

    def __init__(
        self,
        model: str | Path,
        prefixes: tuple[str, str] | None = None,
        batch_size: int = 32,
        cache_size: int = 1024,
    ) -> None:
        if batch_size < 1 or cache_size < 0:
            raise ValueError("batch_size must be at least 1 and cache_size at least 0")
        self.model = str(model)
        is_e5 = "e5-" in Path(self.model).name.lower()
        self.prefixes = prefixes if prefixes is not None else (E5_PREFIXES if is_e5 else ("", ""))
        self.batch_size = batch_size
        self._lock = threading.Lock()
        self._query = lru_cache(maxsize=cache_size)(self._embed_query)

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Unit vectors, one a text, in order."""
        if not texts:
            return []
        vectors: list[list[float]] = self._encode(
            [self.prefixes[1] + text for text in texts], BULK_THREADS
        ).tolist()
        return vectors

    def embed_query(self, text: str) -> list[float]:
        """A unit vector; the last `cache_size` texts are remembered."""
        vector: list[float] = self._query(text)[0].tolist()
        return vector

    def hidden_query(self, text: str) -> Vectors:
        """What the trained heads read, see `hidden_queries`. Shares its pass and memory with `embed_query`."""
        return self._query(text)[1]

    def hidden_queries(self, texts: list[str], half: bool = False) -> Vectors:
        """One row a text: the means of the tokens in two middle layers, then the vector of the search.

        A model that does not show its layers gives the vector of the search alone. `half` computes with 16
        bits, about twice as fast on processors that can and accurate to about 1 %.
        """
        if not texts:
            return np.zeros((0, 0), dtype=np.float32)
        rows: Vectors | None = None
        prefixed = [self.prefixes[0] + text for text in texts]
        # Texts of one length share a batch, so that little of it is padding.
        order = sorted(range(len(texts)), key=lambda i: len(prefixed[i]))
        for start in range(0, len(order), self.batch_size):
            batch = order[start : start + self.batch_size]
            hidden = self._forward([prefixed[i] for i in batch], BULK_THREADS, half)[1]
            rows = np.empty((len(texts), hidden.shape[1]), dtype=np.float32) if rows is None else rows
            rows[batch] = hidden
        assert rows is not None
        return rows

    def embed_queries(self, texts: list[str]) -> list[list[float]]:
        """Many queries at once, as fast as documents; not remembered."""
        if not texts:
            return []
        vectors: list[list[float]] = self._encode(
            [self.prefixes[0] + text for text in texts], BULK_THREADS
        ).tolist()
        return vectors

    @cached_property
    def fingerprint(self) -> str:
        """16 hex digits that change with the model's files or the prefixes."""
        digest = hashlib.sha256(repr(self.prefixes).encode())
        folder = Path(self.model)
        if not folder.is_dir():
            config = getattr(self._loaded[0].auto_model, "config", None)
            revision = getattr(config, "_commit_hash", "")
            digest.update(f"{self.model}@{revision}".encode())
            return digest.hexdigest()[:16]
        names = ("config.json", "modules.json", "tokenizer.json", "1_Pooling/config.json")
        for path in [folder / name for name in names] + sorted(folder.glob("*.safetensors")):
            if path.is_file():
                with path.open("rb") as file:
                    digest.update(hashlib.file_digest(file, "sha256").digest())
        return digest.hexdigest()[:16]

    def _embed_query(self, text: str) -> tuple[Vectors, Vectors]:
        import torch

        graph = self._graph
        if graph is None:
            vectors, hidden = self._forward([self.prefixes[0] + text], QUERY_THREADS)
            return vectors[0], hidden[0]
        with self._lock, torch.inference_mode():
            torch.set_num_threads(QUERY_THREADS)
            features = self._loaded.preprocess([self.prefixes[0] + text])
            layers = graph(features["input_ids"], features["attention_mask"])
            features |= {"token_embeddings": layers[-1], "all_layer_embeddings": layers}
            for module in list(self._loaded)[1:]:
                features = module(features)
        vectors, hidden = _read(features)
        return vectors[0], hidden[0]

    def _forward(self, texts: list[str], threads: int, half: bool = False) -> tuple[Vectors, Vectors]:
        """The vectors of the search and what the heads read, from one pass through the model."""
        import torch

        with self._lock, torch.inference_mode(), torch.autocast("cpu", torch.bfloat16, enabled=half):
            torch.set_num_threads(threads)
            features = self._loaded(self._loaded.preprocess(texts))
        return _read(features)

    def _encode(self, texts: list[str], threads: int) -> Vectors:
        import torch

        with self._lock:
            torch.set_num_threads(threads)
            vectors = self._loaded.encode(
                texts,
                batch_size=self.batch_size,
                normalize_embeddings=True,
                convert_to_numpy=True,
                show_progress_bar=False,
            )
        return np.asarray(vectors, dtype=np.float32)

    @cached_property
    def _graph(self) -> Layers | None:
        return record(self._loaded)

    @cached_property
    def _loaded(self) -> SentenceTransformer:
        # Importing torch takes seconds: only whoever embeds pays for it.
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging

        logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        logging.set_verbosity_error()  # type: ignore[no-untyped-call]
        try:
            model = SentenceTransformer(self.model, device="cpu")
        except (OSError, ValueError, RuntimeError, KeyError) as error:
            raise EmbeddingFailed(f"embedding model {self.model}: cannot be loaded: {error}") from error
        config = getattr(getattr(model[0], "auto_model", None), "config", None)
        if config is not None:
            config.output_hidden_states = True
        return model


def _read(features: dict[str, Any]) -> tuple[Vectors, Vectors]:
    """The vectors of the search and what the heads read."""
    import torch

    vectors = torch.nn.functional.normalize(features["sentence_embedding"].float(), dim=1)
    layers = features.get("all_layer_embeddings") or ()
    chosen = [layers[round(depth * (len(layers) - 1))] for depth in DEPTHS] if layers else []
    tokens = features["attention_mask"].unsqueeze(-1).float()
    means = [(layer * tokens).sum(1) / tokens.sum(1) for layer in chosen]
    hidden = torch.cat([*means, vectors], dim=1)
    return vectors.float().numpy(), hidden.float().numpy()


def embed_queries(embeddings: Embeddings, texts: list[str]) -> list[list[float]]:
    """Queries in bulk where the model can, one by one where it only knows LangChain's interface."""
    bulk = getattr(embeddings, "embed_queries", None)
    return bulk(texts) if callable(bulk) else [embeddings.embed_query(text) for text in texts]


def fingerprint_of(embeddings: Embeddings) -> str:
    """The model's own `fingerprint`, or its class and model name for one that has none."""
    own = getattr(embeddings, "fingerprint", None)
    if isinstance(own, str) and own:
        return own
    kind = type(embeddings)
    return f"{kind.__module__}.{kind.__qualname__}:{getattr(embeddings, 'model', '')}"


def unit_vectors(raw: Sequence[Sequence[float]], count: int) -> Vectors:
    """A checked, normalised `(count, dimensions)` array; raises `EmbeddingFailed` for anything else."""
    try:
        vectors = np.asarray(raw, dtype=np.float32)
    except (TypeError, ValueError) as error:
        raise EmbeddingFailed(f"embedding model: not an array of numbers: {error}") from error
    if vectors.ndim != 2 or len(vectors) != count or not vectors.shape[1]:
        raise EmbeddingFailed(f"embedding model: {count} texts gave an array of shape {vectors.shape}")
    if not np.isfinite(vectors).all():
        raise EmbeddingFailed("embedding model: a vector holds a value that is not finite")
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: Vectors = vectors / np.maximum(lengths, np.float32(1e-12))
    return unit
