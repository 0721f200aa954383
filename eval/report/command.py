"""The command that plays a run once more."""

from __future__ import annotations

import shlex
from typing import Any

from eval.runs.record import Manifest


def command(manifest: Manifest) -> str:
    """For a shell; options that are off or empty are left out, those that are on have no value."""
    words = ["kefu", "eval", "run", *manifest.suites, "--seed", str(manifest.seed)]
    words += ["--trials", str(manifest.trials)]
    for name, value in sorted(manifest.options.items()):
        words += _option(name, value)
    return shlex.join(words)


def _option(name: str, value: Any) -> list[str]:
    flag = f"--{name.replace('_', '-')}"
    if value is True:
        return [flag]
    if isinstance(value, list | tuple):
        return [word for each in value for word in (flag, str(each))]
    return (
        []
        if value is None or value is False or value == "" or isinstance(value, dict)
        else [flag, str(value)]
    )
