"""From a setting to a path: names, paths, repositories, and what is none of them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from models.errors import DamagedModel, MissingModel, UnknownModel
from models.fingerprint import fingerprint
from models.resolve import parse_repository, resolve_embedding, resolve_language_model
from tests.models.makers import COMMIT, sha256


def cached_repository(root: Path, repository: str, files: dict[str, bytes]) -> Path:
    """What an earlier download leaves in the hub's cache."""
    base = root / "hub-cache" / f"models--{repository.replace('/', '--')}"
    (base / "refs").mkdir(parents=True)
    (base / "refs/main").write_text(COMMIT)
    for name, content in files.items():
        path = base / "snapshots" / COMMIT / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return base / "snapshots" / COMMIT


def test_a_catalogue_name_is_its_file_in_the_models_folder(tmp_path: Path) -> None:
    gguf = tmp_path / "qwen2.5-coder-1.5b-instruct-q4_k_m.gguf"
    gguf.write_bytes(b"GGUF...")
    (tmp_path / "multilingual-e5-small").mkdir()
    (tmp_path / "multilingual-e5-small/modules.json").write_text("[]")
    assert resolve_language_model("qwen2.5-coder-1.5b", tmp_path) == gguf
    assert resolve_embedding("multilingual-e5-small", tmp_path) == tmp_path / "multilingual-e5-small"


def test_a_catalogue_model_that_is_not_there_tells_the_command(tmp_path: Path) -> None:
    with pytest.raises(MissingModel, match=r"run `kefu models pull qwen2\.5-coder-0\.5b`"):
        resolve_language_model("qwen2.5-coder-0.5b", tmp_path)
    with pytest.raises(MissingModel, match=r"run `kefu models pull multilingual-e5-small`"):
        resolve_embedding("multilingual-e5-small", tmp_path)


def test_the_kinds_are_not_confused(tmp_path: Path) -> None:
    with pytest.raises(UnknownModel, match="of the kind embedding"):
        resolve_language_model("multilingual-e5-small", tmp_path)
    with pytest.raises(UnknownModel, match="of the kind language"):
        resolve_embedding("qwen2.5-coder-1.5b", tmp_path)


def test_a_path_is_itself_when_it_holds_what_it_should(tmp_path: Path) -> None:
    (tmp_path / "own.gguf").write_bytes(b"GGUF" + bytes(8))
    (tmp_path / "not.gguf").write_bytes(b"<html>")
    (tmp_path / "model").mkdir()
    with pytest.raises(DamagedModel, match=r"a folder with modules\.json"):
        resolve_embedding(str(tmp_path / "model"), tmp_path)
    (tmp_path / "model/config.json").write_text("{}")
    assert resolve_language_model(str(tmp_path / "own.gguf"), tmp_path) == tmp_path / "own.gguf"
    assert resolve_embedding(str(tmp_path / "model"), tmp_path) == tmp_path / "model"
    with pytest.raises(DamagedModel, match="not a GGUF file"):
        resolve_language_model(str(tmp_path / "not.gguf"), tmp_path)
    with pytest.raises(DamagedModel, match="this is a folder"):
        resolve_language_model(str(tmp_path / "model"), tmp_path)
    with pytest.raises(DamagedModel, match="an embedding is a folder"):
        resolve_embedding(str(tmp_path / "own.gguf"), tmp_path)


def test_a_repository_is_its_snapshot_in_the_hub_cache(tmp_path: Path) -> None:
    snapshot = cached_repository(tmp_path, "someone/llm", {"a.gguf": b"GGUF1"})
    assert resolve_language_model("someone/llm:a.gguf", tmp_path) == snapshot / "a.gguf"
    with pytest.raises(MissingModel, match=r"kefu models pull someone/llm:b\.gguf"):
        resolve_language_model("someone/llm:b.gguf", tmp_path)
    with pytest.raises(UnknownModel, match="name the file too"):
        resolve_language_model("someone/llm", tmp_path)


def test_an_embedding_repository_that_was_never_pulled_tells_the_command(tmp_path: Path) -> None:
    with pytest.raises(MissingModel, match="kefu models pull someone/embedding"):
        resolve_embedding("someone/embedding", tmp_path)
    with pytest.raises(UnknownModel, match=r"leave out :x\.bin"):
        resolve_embedding("someone/embedding:x.bin", tmp_path)


@pytest.mark.parametrize("spec", ["/no/such/model.gguf", "models/absent.gguf", "absent.gguf", "../up/x/y"])
def test_a_path_that_does_not_exist_is_said_so(tmp_path: Path, spec: str) -> None:
    with pytest.raises(MissingModel, match="no such file or folder"):
        resolve_language_model(spec, tmp_path)


@pytest.mark.parametrize("spec", ["", "gpt-5"])
def test_a_word_that_means_nothing_lists_the_catalogue(tmp_path: Path, spec: str) -> None:
    with pytest.raises(UnknownModel, match=r"qwen2\.5-coder-1\.5b"):
        resolve_language_model(spec, tmp_path)


def test_repositories_are_told_from_paths() -> None:
    assert parse_repository("Qwen/Qwen3-4B-GGUF:q4/model.gguf") == ("Qwen/Qwen3-4B-GGUF", "q4/model.gguf")
    assert parse_repository("BAAI/bge-m3") == ("BAAI/bge-m3", None)
    assert parse_repository("folder/model.gguf") is None
    assert parse_repository("../x") is None


def test_a_file_is_hashed_once_and_again_when_it_changes(tmp_path: Path) -> None:
    path = tmp_path / "m.gguf"
    path.write_bytes(b"GGUF-one")
    assert fingerprint(path) == sha256(b"GGUF-one")
    before = path.stat()
    path.write_bytes(b"GGUF-two")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert fingerprint(path) == sha256(b"GGUF-one")  # size and time are the same: the sidecar answers
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns + 1))
    assert fingerprint(path) == sha256(b"GGUF-two")


@pytest.mark.parametrize("rubbish", ["", "null", "[]", '{"stamp": 1}'])
def test_a_spoiled_sidecar_is_ignored(tmp_path: Path, rubbish: str) -> None:
    path = tmp_path / "m.gguf"
    path.write_bytes(b"GGUF")
    (tmp_path / "m.gguf.sha256.json").write_text(rubbish)
    assert fingerprint(path) == sha256(b"GGUF")


def test_a_folder_s_fingerprint_follows_what_shapes_its_vectors(tmp_path: Path) -> None:
    (tmp_path / "1_Pooling").mkdir()
    for name in ("model.safetensors", "tokenizer.json", "modules.json", "1_Pooling/config.json", "README.md"):
        (tmp_path / name).write_text(name)
    seen = {fingerprint(tmp_path)}
    (tmp_path / "README.md").write_text("another text")
    assert fingerprint(tmp_path) in seen
    for name in ("model.safetensors", "tokenizer.json", "modules.json", "1_Pooling/config.json"):
        (tmp_path / name).write_text(name + "!")
        seen.add(fingerprint(tmp_path))
    assert len(seen) == 5


def test_an_empty_folder_has_no_fingerprint(tmp_path: Path) -> None:
    with pytest.raises(MissingModel):
        fingerprint(tmp_path)
