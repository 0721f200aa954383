"""How retrieval grows: building, publishing one changed document, searching, memory and disk.

`python benchmarks/retrieval_scale.py 1000 10000 100000` prints a line a size and, as its last line, one
JSON object. The documents are made up (`benchmarks/retrieval_documents.py`) and embedded by random
projections of their words, which costs nothing and keeps what shares words near: times of search, memory
and recall are those of real vectors of that size, the quality of the hits is not what is measured here.
`--model FOLDER` embeds the changed document's passages with a real model, so that publishing is timed
with the embedding; `--real` embeds everything with it.

Each size runs in a process of its own, so that memory is that of one size. A search is timed on one
thread, beyond the query's embedding. Processor times (`cpu`) stand beside the wall clock, which on a busy
machine says more about the others.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from langchain_core.embeddings import Embeddings
from threadpoolctl import threadpool_limits

from benchmarks.retrieval_documents import document, documents_of, questions_of
from retrieval.calibration import TuneQuestion
from retrieval.documents import Document
from retrieval.embeddings import SentenceEmbeddings
from retrieval.snapshot import Snapshot, build_snapshot, open_current

DIMENSIONS = 384
QUESTIONS = 200
DAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, tzinfo=UTC)


class Projections(Embeddings):
    """Words and pairs of characters, each a random direction, summed. `real` embeds what `learn` is given."""

    fingerprint = "random-projections"

    def __init__(self, real: Embeddings | None = None) -> None:
        self.real = real
        self.timed = 0.0
        self._directions = np.random.default_rng(3).normal(size=(8192, DIMENSIONS)).astype(np.float32)

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        if self.real is not None:
            # Only to have done the work: the vectors themselves have to lie in the same space as the others.
            started = time.perf_counter()
            self.real.embed_documents(texts)
            self.timed += time.perf_counter() - started
        return [self.embed_query(text) for text in texts]

    def embed_query(self, text: str) -> list[float]:
        words = text.split() if text.isascii() else [text[i : i + 2] for i in range(len(text) - 1)]
        places = [zlib.crc32(word.encode()) % len(self._directions) for word in words]
        summed: list[float] = (self._directions[places].sum(axis=0) + 1e-3).tolist()
        return summed


def measure(passages: int, model: Path | None, real: bool) -> dict[str, Any]:
    embeddings: Any = SentenceEmbeddings(model) if real and model else Projections()
    documents = list(documents_of(passages))
    tune = [
        TuneQuestion(question=q, lang=lang, gold=(topic,)) for q, lang, topic in questions_of(documents, 60)
    ]
    tune += [TuneQuestion(question=f"{i} zzz qqq {i * 7}", lang="en") for i in range(40)]
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        build_s, _ = _timed(lambda: build_snapshot(documents, embeddings, folder, tune, now=NOW))
        base_mb = _rss_mb()
        load_s, snapshot = _timed(lambda: open_current(folder, embeddings))
        result: dict[str, Any] = {
            "passages": len(snapshot.passages),
            "rows": int(snapshot.passages.row_bounds[-1]),
            "exact": snapshot.index.exact,
            "build_s": round(build_s, 2),
            "load_s": round(load_s, 2),
            "loaded_mb": round(_rss_mb() - base_mb),
            "disk_mb": round(_size(folder / "snapshots" / snapshot.id) / 1e6, 1),
        }
        with threadpool_limits(1):
            faiss.omp_set_num_threads(1)
            result |= _search(snapshot, documents)
        faiss.omp_set_num_threads(2)
        result |= _publish(snapshot, documents, folder, embeddings, model, tune)
    return result | {"peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)}


def _search(snapshot: Snapshot, documents: list[Document]) -> dict[str, Any]:
    """Times, and how much of the first ten hits and of the first ten by cosine is what measuring all gives."""
    index, asked = snapshot.index, questions_of(documents, QUESTIONS, seed=5)
    vectors = [snapshot.embeddings.embed_query(question) for question, _, _ in asked]
    times, cpu, bare, same, near = [], [], [], [], []
    for (question, language, _), vector in zip(asked, vectors, strict=True):
        busy = time.thread_time()
        elapsed, hits = _timed(lambda: index.search(question, language, 10, DAY, vector))  # noqa: B023
        times.append(1000 * elapsed)
        cpu.append(1000 * (time.thread_time() - busy))
        query = np.array([vector], dtype=np.float32)
        elapsed, _ = _timed(lambda: index.contents.dense.flat.search(query, 10))  # noqa: B023
        bare.append(1000 * elapsed)
        found = index.measure(question, language, DAY, vector)
        best = np.argsort(-index.calibration.fused(found.features), kind="stable")[:10]
        topics, names = {hit.passage.topic for hit in hits}, found.names
        same.append(len(topics & {names[found.numbers[i]] for i in best}) / len(best))
        nearest = set(found.numbers[np.argsort(-found.text, kind="stable")[:10]].tolist())
        looked = set(index.consider(question, language, DAY, vector).numbers.tolist())
        near.append(len(nearest & looked) / len(nearest))
    p50, bare50 = float(np.percentile(times[5:], 50)), float(np.percentile(bare[5:], 50))
    return {
        "search_p50_ms": round(p50, 2),
        "search_p95_ms": round(float(np.percentile(times[5:], 95)), 2),
        "search_cpu_p50_ms": round(float(np.percentile(cpu[5:], 50)), 2),
        "bare_faiss_p50_ms": round(bare50, 2),
        "ratio": round(p50 / bare50, 2),
        "recall_at_10": round(float(np.mean(same)), 4),
        "dense_recall_at_10": round(float(np.mean(near)), 4),
    }


def _publish(
    snapshot: Snapshot,
    documents: list[Document],
    folder: Path,
    embeddings: Any,
    model: Path | None,
    tune: list[TuneQuestion],
) -> dict[str, Any]:
    """One document gets another first section; the model is loaded, as it is in a running service."""
    place = len(documents) // 2
    changed = documents[place]
    number = int(changed.id.removeprefix("doc-"))
    edited = [*documents]
    edited[place] = document(number, changed.language, edit=" " + changed.title)
    if isinstance(embeddings, Projections) and model is not None:
        embeddings.real = SentenceEmbeddings(model)
        embeddings.real.embed_documents(["warm"])
    new: list[int] = []
    busy = time.process_time()
    seconds, after = _timed(
        lambda: build_snapshot(
            edited,
            embeddings,
            folder,
            tune,
            progress=lambda _, total: new.append(total),
            reuse=snapshot,
            now=NOW,
        )
    )
    assert after.id != snapshot.id
    return {
        "publish_s": round(seconds, 2),
        "publish_cpu_s": round(time.process_time() - busy, 2),
        "embedded_again": max(new, default=0),
        "of_it_embedding_s": round(getattr(embeddings, "timed", 0.0), 2),
    }


def _timed(run: Callable[[], Any]) -> tuple[float, Any]:
    started = time.perf_counter()
    result = run()
    return time.perf_counter() - started, result


def _rss_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1e6


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("sizes", nargs="*", type=int, default=[1000, 10000])
    parser.add_argument("--model", type=Path, help="an embedding model for the changed document")
    parser.add_argument("--real", action="store_true", help="embed everything with --model")
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        print(json.dumps(measure(arguments.sizes[0], arguments.model, arguments.real)))
        return
    results = []
    for size in arguments.sizes:
        command = [sys.executable, "-m", "benchmarks.retrieval_scale", str(size), "--one"]
        command += ["--model", str(arguments.model)] if arguments.model else []
        command += ["--real"] if arguments.real else []
        output = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
        results.append(json.loads(output.splitlines()[-1]))
        print(", ".join(f"{name} {value}" for name, value in results[-1].items()), flush=True)
    embedded = "real model" if arguments.real else "random projections"
    print(json.dumps({"embedding": embedded, "dimensions": DIMENSIONS, "sizes": results}))


if __name__ == "__main__":
    main()
