"""What has to be the same for a run to come out the same."""

from __future__ import annotations

import hashlib
import os
import platform
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGES = ("agent", "knowledge", "prompts", "retrieval", "service", "tools")
"""Those that a turn runs; the evaluation itself is none of them."""
_ENDS = (".py", ".j2", ".yaml", ".tsv", ".jsonl")


@cache
def code_fingerprint() -> str:
    """16 hex digits over every file of the packages that a turn runs, as they are installed."""
    hashed = hashlib.sha256()
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*")):
            if path.suffix in _ENDS and path.is_file():
                name = path.relative_to(ROOT).as_posix()
                hashed.update(f"{name}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return hashed.hexdigest()[:16]


def file_fingerprint(path: Path) -> str:
    """16 hex digits of a file's SHA-256; "none" where there is no file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16] if path.is_file() else "none"


def machine() -> str:
    """The kind of machine in a few words."""
    return f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}"
