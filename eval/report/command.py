"""The command that plays a run once more."""

from __future__ import annotations

import shlex
from typing import Any

from eval.runs.record import Manifest

# What `kefu eval run` takes besides suites, seed and trials; runs keep more than that in their options.
_OPTIONS = ("tag", "lang", "case", "intent", "limit", "workers")


def command(manifest: Manifest) -> str:
    """For a shell; empty where the run was not played by `kefu eval run` and tells no options."""
    if not manifest.options:
        return ""
    words = ["kefu", "eval", "run", *manifest.suites, "--seed", str(manifest.seed)]
    words += ["--trials", str(manifest.trials)]
    known = {**manifest.options, **manifest.options.get("filters", {})}
    for name in _OPTIONS:
        words += _option(f"--{name}", known.get(name))
    return shlex.join(words)


def _option(flag: str, value: Any) -> list[str]:
    if value is None or value == "":
        return []
    values = value if isinstance(value, list | tuple) else [value]
    return [word for each in values for word in (flag, str(each))]
