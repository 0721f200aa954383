"""Small things that behave like the real ones: wheels, a hub, catalogue entries, an E5S1 file."""

from __future__ import annotations

import hashlib
import random
import struct
import threading
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from models.entries import DataFile, HubFile, Model, Recipe, WheelPart
from models.expand_e5 import Shape

PART = 40_000
CONTENT = b"GGUF" + random.Random(7).randbytes(3 * PART - 4 - 1_234)
COMMIT = "0123456789abcdef0123456789abcdef01234567"


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def pieces(content: bytes = CONTENT) -> list[bytes]:
    return [content[at : at + PART] for at in range(0, len(content), PART)]


def tiny_model(content: bytes = CONTENT, whole_sha256: str | None = None) -> Model:
    """A language model of three parts, on the hub and in wheels."""
    parts = tuple(
        WheelPart(f"tiny-part{n}", "1.0", f"tiny_part{n}/data/part.bin", len(piece), sha256(piece))
        for n, piece in enumerate(pieces(content), start=1)
    )
    file = DataFile(
        "tiny.gguf",
        len(content),
        whole_sha256 or sha256(content),
        HubFile("someone/tiny", "tiny.gguf"),
        parts,
    )
    return Model("tiny", "language", "tiny.gguf", "MIT", "For tests.", (Recipe((file,)),))


def write_wheel(folder: Path, project: str, members: Mapping[str, bytes]) -> Path:
    """A wheel that pip accepts, holding whatever `members` says."""
    package = project.replace("-", "_")
    wheel = folder / f"{package}-1.0-py3-none-any.whl"
    info = f"{package}-1.0.dist-info"
    with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {project}\nVersion: 1.0\n")
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", "")
        for name, content in members.items():
            archive.writestr(name, content)
    return wheel


def write_part(folder: Path, number: int, content: bytes | None = None) -> Path:
    body = pieces()[number - 1] if content is None else content
    return write_wheel(folder, f"tiny-part{number}", {f"tiny_part{number}/data/part.bin": body})


@dataclass
class FakeHub:
    """One file behind the two requests a hub answers; `cut_after` drops the line once, midway."""

    content: bytes
    cut_after: int | None = None
    ranges: list[str | None] = field(default_factory=list)
    url: str = ""


@contextmanager
def fake_hub(content: bytes, cut_after: int | None = None) -> Iterator[FakeHub]:
    hub = FakeHub(content, cut_after)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, format: str, *args: object) -> None:
            pass

        def _start(self, begin: int) -> None:
            self.send_response(206 if begin else 200)
            self.send_header("Content-Length", str(len(hub.content) - begin))
            if begin:
                self.send_header("Content-Range", f"bytes {begin}-{len(hub.content) - 1}/{len(hub.content)}")
            self.send_header("ETag", f'"{sha256(hub.content)}"')
            self.send_header("X-Repo-Commit", COMMIT)
            self.end_headers()

        def do_HEAD(self) -> None:
            self._start(0)

        def do_GET(self) -> None:
            if not self.path.startswith("/someone/"):
                self.send_error(404)
                return
            asked = self.headers.get("Range")
            hub.ranges.append(asked)
            begin = int(asked.removeprefix("bytes=").split("-")[0]) if asked else 0
            self._start(begin)
            if hub.cut_after is not None:
                self.wfile.write(hub.content[begin : hub.cut_after])
                self.close_connection = True
                return
            self.wfile.write(hub.content[begin:])

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    hub.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def use_hub(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    """What HF_ENDPOINT does, which the library reads only once."""
    template = url + "/{repo_id}/resolve/{revision}/{filename}"
    monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", url)
    monkeypatch.setattr("huggingface_hub.constants.HUGGINGFACE_CO_URL_TEMPLATE", template)


TINY = Shape(hidden=32, layers=1, heads=2, feed_forward=64, vocabulary=12, positions=16, types=2)


def tiny_tensors(shape: Shape = TINY, seed: int = 3) -> dict[str, NDArray[np.float32]]:
    """What a 4-bit file can hold exactly, by the names it uses: matrices are code x scale."""
    rng = np.random.default_rng(seed)
    hidden, wide = shape.hidden, shape.feed_forward
    sizes: dict[str, tuple[int, ...]] = {"emb.word": (shape.vocabulary, hidden)}
    sizes |= {"emb.pos": (shape.positions, hidden), "emb.type": (shape.types, hidden)}
    sizes |= {"emb.ln.w": (hidden,), "emb.ln.b": (hidden,)}
    for k in range(shape.layers):
        for part in ("q", "k", "v", "ao"):
            sizes |= {f"l{k}.{part}.w": (hidden, hidden), f"l{k}.{part}.b": (hidden,)}
        for part in ("aln", "oln"):
            sizes |= {f"l{k}.{part}.w": (hidden,), f"l{k}.{part}.b": (hidden,)}
        sizes |= {f"l{k}.fi.w": (wide, hidden), f"l{k}.fi.b": (wide,)}
        sizes |= {f"l{k}.fo.w": (hidden, wide), f"l{k}.fo.b": (hidden,)}
    tensors = {}
    for name, size in sizes.items():
        codes = rng.integers(-8, 8, size=size).astype(np.float32)
        tensors[name] = codes * np.float32(0.0625)
    return tensors


def is_quantised(name: str) -> bool:
    return name == "emb.word" or (name.startswith("l") and name.endswith(".w") and "ln" not in name)


def e5s1(
    tensors: Mapping[str, NDArray[np.float32]], shape: Shape = TINY, pieces: bytes = b"<s></s>"
) -> bytes:
    """The bytes of an E5S1 file, written independently of the reader, value by value."""
    sizes = (
        *(shape.hidden, shape.layers, shape.heads, shape.feed_forward),
        *(shape.vocabulary, shape.positions, shape.types),
    )
    head = struct.pack("<4sI7ifi", b"E5S1", 1, *sizes, 1e-12, 32)
    head += struct.pack("<5iQ", 2, 0, 2, 1, 3, len(pieces))
    head += struct.pack("<3I2f", 0, 3, len(pieces), 0.0, 0.0) + pieces
    head += struct.pack("<II", 1, 5) + b"extra" + struct.pack("<i", len(tensors))
    bodies = {name: _body(name, value) for name, value in tensors.items()}
    at = len(head) + sum(2 + len(name) + 21 for name in tensors)
    table = b""
    for name, value in tensors.items():
        kind = 1 if is_quantised(name) else 0
        table += struct.pack("<H", len(name)) + name.encode()
        table += struct.pack("<BIQQ", kind, value.size, at, len(bodies[name]))
        at += len(bodies[name])
    return head + table + b"".join(bodies.values())


def _body(name: str, value: NDArray[np.float32]) -> bytes:
    flat = value.ravel()
    if not is_quantised(name):
        return flat.astype("<f4").tobytes()
    blocks = b""
    for at in range(0, flat.size, 32):
        nibbles = [round(float(x) / 0.0625) + 8 for x in flat[at : at + 32]]
        packed = bytes(low | high << 4 for low, high in zip(nibbles[:16], nibbles[16:], strict=True))
        blocks += struct.pack("<e", 0.0625) + packed
    return blocks
