"""Prompt states: what the model computed for a prompt's fixed pieces, kept in memory and on disk, both bounded.

A state is only ever found by a key that hashes the model, llama.cpp and every token. A file that is cut off,
damaged or gone costs the time to read the prompt again, nothing else.
"""

from __future__ import annotations

import os
import zlib
from collections import OrderedDict
from contextlib import suppress
from itertools import count
from pathlib import Path
from struct import Struct
from threading import Lock

_HEAD = Struct("<8sQI")
_MAGIC = b"KEFUPS1\n"
_partial = count()


class StateCache:
    """Files of one folder with the latest used of them in memory; the least recently used go first.

    `disk_bytes` and `memory_bytes` bound either; 0 turns it off. Safe for several threads and processes.
    """

    def __init__(self, folder: Path, disk_bytes: int, memory_bytes: int = 0) -> None:
        self._folder = folder
        self._disk_bytes = disk_bytes
        self._memory_bytes = memory_bytes
        self._memory: OrderedDict[str, bytes] = OrderedDict()
        self._held = 0
        self._lock = Lock()
        if disk_bytes:
            folder.mkdir(parents=True, exist_ok=True)
            self._trim()

    def path(self, key: str) -> Path:
        return self._folder / f"{key}.state"

    def __contains__(self, key: str) -> bool:
        return key in self._memory or self.path(key).is_file()

    @property
    def full(self) -> bool:
        """Whether the disk's share is used up but for a tenth."""
        return sum(size for _, size, _ in self._files()) >= 0.9 * self._disk_bytes

    def get(self, key: str) -> bytes | None:
        """The state, or None. A damaged file is deleted."""
        with self._lock:
            if (state := self._memory.get(key)) is not None:
                self._memory.move_to_end(key)
                return state
        state = self._read(key)
        if state is not None:
            self._remember(key, state)
        return state

    def put(self, key: str, state: bytes) -> None:
        """Keep a state; a disk that is full or read-only only leaves it out there."""
        self._remember(key, state)
        if len(state) > self._disk_bytes:
            return
        partial = self._folder / f"{key}.{os.getpid()}.{next(_partial)}.partial"
        try:
            with partial.open("wb") as file:
                file.write(_HEAD.pack(_MAGIC, len(state), zlib.crc32(state)))
                file.write(state)
            partial.replace(self.path(key))
            self._trim()
        except OSError:
            with suppress(OSError):
                partial.unlink()

    def drop(self, key: str) -> None:
        with self._lock:
            self._held -= len(self._memory.pop(key, b""))
        self.path(key).unlink(missing_ok=True)

    def _read(self, key: str) -> bytes | None:
        path = self.path(key)
        try:
            data = path.read_bytes()
            os.utime(path)
        except OSError:
            return None
        state = data[_HEAD.size :]
        if len(data) >= _HEAD.size and _HEAD.unpack_from(data) == (_MAGIC, len(state), zlib.crc32(state)):
            return state
        path.unlink(missing_ok=True)
        return None

    def _remember(self, key: str, state: bytes) -> None:
        if len(state) > self._memory_bytes:
            return
        with self._lock:
            self._held += len(state) - len(self._memory.pop(key, b""))
            self._memory[key] = state
            while self._held > self._memory_bytes:
                self._held -= len(self._memory.popitem(last=False)[1])

    def _trim(self) -> None:
        """Delete the oldest files until the folder is within its limit, and what an older version left."""
        found = self._files()
        excess = sum(size for _, size, _ in found) - self._disk_bytes
        for _, size, path in sorted(found):
            if excess <= 0:
                return
            excess -= size
            path.unlink(missing_ok=True)

    def _files(self) -> list[tuple[float, int, Path]]:
        """When each file was used last, how large it is (bytes), where it is."""
        found: list[tuple[float, int, Path]] = []
        for path in self._folder.iterdir():
            with suppress(OSError):
                facts = path.stat()
                found.append((facts.st_mtime, facts.st_size, path))
        return found
