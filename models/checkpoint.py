"""Write the small files that make weights and a tokenizer a sentence-transformers folder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from models.expand_e5 import Shape, expand
from models.files import link, sha256_of
from models.fingerprint import fingerprint

E5_SMALL = Shape(
    hidden=384, layers=12, heads=12, feed_forward=1536, vocabulary=250037, positions=512, types=2
)

WEIGHTS = "model.safetensors"
TOKENIZER = "tokenizer.json"
MARKER = "kefu.json"
Q4 = "e5-small-q4.bin"

_MODULES = "sentence_transformers.models."  # the short old paths: every release since 2 loads them


def from_weights(parts: Path, folder: Path, source: dict[str, str]) -> None:
    """Build `folder` out of `parts/model.safetensors` and `parts/tokenizer.json` (both stay there)."""
    folder.mkdir()
    link(parts / WEIGHTS, folder / WEIGHTS)
    _finish(parts, folder, E5_SMALL, source)


def from_q4(parts: Path, folder: Path, source: dict[str, str]) -> None:
    """Build `folder` out of `parts/e5-small-q4.bin`, expanded, and `parts/tokenizer.json`."""
    folder.mkdir()
    shape = expand(parts / Q4, folder / WEIGHTS)
    _finish(parts, folder, shape, source)


def _finish(parts: Path, folder: Path, shape: Shape, source: dict[str, str]) -> None:
    link(parts / TOKENIZER, folder / TOKENIZER)
    for name, content in _small_files(shape).items():
        _write(folder / name, content)
    marker = {
        "source": source,
        "files": {name: sha256_of(folder / name) for name in (WEIGHTS, TOKENIZER)},
        "fingerprint": fingerprint(folder),
    }
    _write(folder / MARKER, marker)


def _write(path: Path, content: Any) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


def _small_files(shape: Shape) -> dict[str, Any]:
    return {
        "config.json": _bert_config(shape),
        "tokenizer_config.json": _tokenizer_config(shape),
        "modules.json": [
            {"idx": 0, "name": "0", "path": "", "type": _MODULES + "Transformer"},
            {"idx": 1, "name": "1", "path": "1_Pooling", "type": _MODULES + "Pooling"},
            {"idx": 2, "name": "2", "path": "2_Normalize", "type": _MODULES + "Normalize"},
        ],
        "1_Pooling/config.json": {"word_embedding_dimension": shape.hidden, "pooling_mode_mean_tokens": True},
        "sentence_bert_config.json": {"max_seq_length": shape.positions, "do_lower_case": False},
    }


def _bert_config(shape: Shape) -> dict[str, Any]:
    return {
        "architectures": ["BertModel"],
        "model_type": "bert",
        "dtype": "float32",  # the file may be half precision; sums are not
        "hidden_size": shape.hidden,
        "num_hidden_layers": shape.layers,
        "num_attention_heads": shape.heads,
        "intermediate_size": shape.feed_forward,
        "vocab_size": shape.vocabulary,
        "max_position_embeddings": shape.positions,
        "type_vocab_size": shape.types,
        "hidden_act": "gelu",
        "layer_norm_eps": 1e-12,
        "pad_token_id": 0,
    }


def _tokenizer_config(shape: Shape) -> dict[str, Any]:
    return {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "model_max_length": shape.positions,
        "bos_token": "<s>",
        "cls_token": "<s>",
        "eos_token": "</s>",
        "sep_token": "</s>",
        "unk_token": "<unk>",
        "pad_token": "<pad>",
        "mask_token": "<mask>",
    }
