"""What a snapshot consists of, in memory and in files."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from retrieval import calibration
from retrieval.arrays import Numbers
from retrieval.basis import Basis
from retrieval.calibration import Calibration
from retrieval.corpus import LANGUAGES, Corpus
from retrieval.dense import FaissDense
from retrieval.embeddings import Vectors
from retrieval.errors import SnapshotDamaged
from retrieval.keywords import Keywords
from retrieval.learned import Learned
from retrieval.words import Words


@dataclass(frozen=True)
class Contents:
    """`centres` are the mean vectors of all rows of each language, `lengths` those of the rows' projections; `tune_keys` and `tune_vectors` are the
    embedded tune questions, `tune_spoken` their languages, `tune_answerable` whether any document was to answer."""

    corpus: Corpus
    words: Words
    keywords: Keywords
    dense: FaissDense
    centres: Numbers
    learned: Learned
    lengths: Vectors
    calibration: Calibration
    basis: Basis
    tune_keys: NDArray[np.uint8]
    tune_vectors: Vectors
    tune_spoken: NDArray[np.int8]
    tune_answerable: NDArray[np.bool_]

    def save(self, folder: Path) -> None:
        """Raises `OSError`."""
        self.corpus.save(folder)
        self.words.save(folder)
        self.keywords.save(folder)
        self.dense.save(folder)
        (folder / "calibration.json").write_text(calibration.dumps(self.calibration), encoding="utf-8")
        (folder / "basis.json").write_text(self.basis.model_dump_json(indent=1) + "\n", encoding="utf-8")
        np.save(folder / "centres.npy", self.centres, allow_pickle=False)
        self.learned.save(folder)
        np.save(folder / "lengths.npy", self.lengths, allow_pickle=False)
        np.savez(
            folder / "tune.npz", allow_pickle=False, keys=self.tune_keys, vectors=self.tune_vectors,
            spoken=self.tune_spoken, answerable=self.tune_answerable,
        )  # fmt: skip

    @classmethod
    def load(cls, folder: Path) -> Contents:
        """Raises `SnapshotDamaged`; the bytes are checked elsewhere."""
        try:
            words = Words.load(folder)
            with np.load(folder / "tune.npz", allow_pickle=False) as tune:
                tune_keys, tune_vectors = tune["keys"], tune["vectors"]
                tune_spoken, tune_answerable = tune["spoken"], tune["answerable"]
            return cls(
                corpus=Corpus.load(folder),
                words=words,
                keywords=Keywords.load(folder, words),
                dense=FaissDense.load(folder),
                centres=np.load(folder / "centres.npy", allow_pickle=False),
                learned=Learned.load(folder),
                lengths=np.load(folder / "lengths.npy", allow_pickle=False),
                calibration=calibration.loads((folder / "calibration.json").read_text(encoding="utf-8")),
                basis=Basis.model_validate_json((folder / "basis.json").read_bytes()),
                tune_keys=tune_keys,
                tune_vectors=tune_vectors,
                tune_spoken=tune_spoken,
                tune_answerable=tune_answerable,
            )
        except (OSError, ValueError, TypeError, KeyError, RuntimeError) as error:
            raise SnapshotDamaged(f"{folder}: cannot be read: {error}") from error


def centres_of(corpus: Corpus, vectors: Vectors) -> Numbers:
    """`(languages, dimensions)`; a language without rows has the mean of all."""
    spoken = np.repeat(corpus.language, np.diff(corpus.row_bounds))
    sides = (vectors[spoken == number] for number in range(len(LANGUAGES)))
    return np.stack([_mean(side if len(side) else vectors) for side in sides])


def _mean(vectors: Vectors) -> Numbers:
    mean: Numbers = vectors.mean(axis=0, dtype=np.float64)
    return mean
