"""What was played so far: neither a crash nor Ctrl-C costs an episode that has ended."""

from __future__ import annotations

import json
from pathlib import Path
from typing import IO, Any

from eval.tau.play import Episode, record, summary


class Records:
    """Episodes as they end. Each is at once a line of JSON in `path`, where one is given.

    What was in the file is replaced when the first episode ends, not before: a run that never gets so far
    costs nothing. A context manager that closes the file.
    """

    def __init__(self, path: Path | None) -> None:
        """Raises `NotADirectoryError` where the file could not be made later, after the work."""
        if path is not None and not path.absolute().parent.is_dir():
            raise NotADirectoryError(f"{path}: there is no folder {path.absolute().parent}")
        self._path = path
        self._file: IO[str] | None = None
        self.episodes: list[Episode] = []
        self.total = 0

    def __enter__(self) -> Records:
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            self._file.close()

    def add(self, episode: Episode, total: int) -> None:
        """Keep an episode of a run of `total`."""
        self.episodes.append(episode)
        self.total = total
        if self._path is None:
            return
        if self._file is None:
            self._file = self._path.open("w", encoding="utf-8")
        self._file.write(json.dumps(record(episode), ensure_ascii=False) + "\n")
        self._file.flush()

    def summary(self, trials: int) -> dict[str, Any]:
        """The summary of what was played, which is all of it where `played` is `of`; needs an episode."""
        return summary(self.episodes, trials) | {"played": len(self.episodes), "of": self.total}
