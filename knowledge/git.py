"""Who changed a file last, where its folder is under git; nothing needs git to be there."""

from __future__ import annotations

import subprocess
from pathlib import Path

TIMEOUT_S = 10


def last_change(path: Path) -> tuple[str, str] | None:
    """Author and subject of the commit that the file's present content comes from.

    None where there is no git, no repository, or a change that is not committed yet.
    """
    if _git(path, "status", "--porcelain", "--", path.name) != "":
        return None
    said = _git(path, "log", "-1", "--format=%an%x00%s", "--", path.name)
    author, _, subject = (said or "").strip().partition("\0")
    return (author, subject) if author else None


def _git(path: Path, *arguments: str) -> str | None:
    try:
        done = subprocess.run(
            ["git", "-C", str(path.parent), *arguments],
            capture_output=True, encoding="utf-8", errors="replace", timeout=TIMEOUT_S, check=False,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout if done.returncode == 0 else None
