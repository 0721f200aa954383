"""The 4-bit file becomes a checkpoint: exact values, refused damage, and a folder that really loads."""

from __future__ import annotations

import errno
import json
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from safetensors import SafetensorError
from safetensors.numpy import load_file
from tokenizers import Tokenizer, models, pre_tokenizers, processors

from models.checkpoint import from_q4
from models.errors import DamagedModel
from models.expand_e5 import expand
from models.fingerprint import fingerprint
from tests.models.makers import TINY, e5s1, sha256, tiny_tensors

pytestmark = pytest.mark.slow


def write(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def test_every_value_is_its_code_times_its_scale(tmp_path: Path) -> None:
    tensors = tiny_tensors()
    shape = expand(write(tmp_path / "q4.bin", e5s1(tensors)), tmp_path / "out.safetensors")
    made = load_file(tmp_path / "out.safetensors")
    assert shape == TINY
    assert len(made) == len(tensors) + 2
    for ours, theirs in {
        "emb.word": "embeddings.word_embeddings.weight",
        "emb.pos": "embeddings.position_embeddings.weight",
        "emb.type": "embeddings.token_type_embeddings.weight",
        "emb.ln.w": "embeddings.LayerNorm.weight",
        "l0.q.w": "encoder.layer.0.attention.self.query.weight",
        "l0.v.b": "encoder.layer.0.attention.self.value.bias",
        "l0.ao.w": "encoder.layer.0.attention.output.dense.weight",
        "l0.aln.b": "encoder.layer.0.attention.output.LayerNorm.bias",
        "l0.fi.w": "encoder.layer.0.intermediate.dense.weight",
        "l0.fo.w": "encoder.layer.0.output.dense.weight",
        "l0.oln.w": "encoder.layer.0.output.LayerNorm.weight",
    }.items():
        np.testing.assert_array_equal(made[theirs].astype(np.float32), tensors[ours])
    assert not made["pooler.dense.weight"].any()
    assert (tmp_path / "out.safetensors").stat().st_mode & 0o044


def _wrong_magic(content: bytes) -> bytes:
    return b"GGUF" + content[4:]


def _cut(content: bytes) -> bytes:
    return content[:-5]


def _cut_in_the_table(content: bytes) -> bytes:
    return content[:200]


def _huge_vocabulary(content: bytes) -> bytes:
    return content[:24] + (2**31 - 1).to_bytes(4, "little") + content[28:]


def _other_shape(content: bytes) -> bytes:
    return content[:8] + (64).to_bytes(4, "little") + content[12:]


def _empty(_content: bytes) -> bytes:
    return b""


@pytest.mark.parametrize(
    "spoil", [_wrong_magic, _cut, _cut_in_the_table, _huge_vocabulary, _other_shape, _empty]
)
def test_a_spoiled_file_is_refused(tmp_path: Path, spoil: Callable[[bytes], bytes]) -> None:
    source = write(tmp_path / "q4.bin", spoil(e5s1(tiny_tensors())))
    with pytest.raises(DamagedModel, match=r"q4\.bin: not a 4-bit E5 file"):
        expand(source, tmp_path / "out.safetensors")
    assert not (tmp_path / "out.safetensors").exists()


def test_a_tensor_too_many_or_too_few_is_refused(tmp_path: Path) -> None:
    tensors = tiny_tensors()
    more = tensors | {"l7.q.b": tensors["l0.q.b"]}
    with pytest.raises(DamagedModel, match="1 tensors more"):
        expand(write(tmp_path / "q4.bin", e5s1(more)), tmp_path / "out")
    fewer = {name: value for name, value in tensors.items() if name != "l0.k.w"}
    with pytest.raises(DamagedModel, match=r"l0\.k\.w"):
        expand(write(tmp_path / "q4.bin", e5s1(fewer)), tmp_path / "out")


def test_a_full_disk_stays_recognisable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_args: object, **_options: object) -> None:
        raise SafetensorError("I/O error: No space left on device (os error 28)")

    monkeypatch.setattr("models.expand_e5.save_file", full)
    with pytest.raises(OSError, match="No space left") as caught:
        expand(write(tmp_path / "q4.bin", e5s1(tiny_tensors())), tmp_path / "out")
    assert caught.value.errno == errno.ENOSPC


def tiny_tokenizer(path: Path) -> None:
    words = ["<s>", "<pad>", "</s>", "<unk>", "<mask>", "退", "货", "return", "goods", "rain", "today", "a"]
    tokenizer = Tokenizer(models.WordLevel({word: n for n, word in enumerate(words)}, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    tokenizer.save(str(path))


def test_the_folder_loads_without_a_word_and_gives_unit_vectors(tmp_path: Path) -> None:
    parts, folder = tmp_path / "parts", tmp_path / "embedding"
    parts.mkdir()
    write(parts / "e5-small-q4.bin", e5s1(tiny_tensors()))
    tiny_tokenizer(parts / "tokenizer.json")
    from_q4(parts, folder, {"from": "test"})

    from sentence_transformers import SentenceTransformer

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model = SentenceTransformer(str(folder), device="cpu")
        vectors = model.encode(["退 货", "return goods", "a " * 40])
    assert vectors.shape == (3, TINY.hidden)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)
    assert model.max_seq_length == TINY.positions
    assert str(model.dtype) == "torch.float32"

    marker = json.loads((folder / "kefu.json").read_text())
    assert marker["source"] == {"from": "test"}
    assert marker["fingerprint"] == fingerprint(folder)
    assert marker["files"]["tokenizer.json"] == sha256((parts / "tokenizer.json").read_bytes())
    assert marker["files"]["model.safetensors"] == sha256((folder / "model.safetensors").read_bytes())
