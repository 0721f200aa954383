"""The report as plain data: every single measurement, the machine, the summary."""

from __future__ import annotations

import json
import os
import platform
from dataclasses import asdict, dataclass, field
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

FORMAT = 1
_PACKAGES = (
    "kefu", "llama-cpp-python", "langchain", "langchain-core", "langgraph", "faiss-cpu", "sentence-transformers",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Measurement:
    """One question to one contestant. Times in s, `peak_mb` in 10^6 bytes since the process began.

    `read` and `written` are tokens that llama.cpp evaluated. `seen` is what the answer could rest on,
    `judged` what the scorers found.
    """

    contestant: str
    case: str
    language: str
    kind: str
    question: str
    reply: str
    first_s: float | None
    whole_s: float
    read: int
    written: int
    peak_mb: float
    ended: str = ""
    steps: tuple[str, ...] = ()
    seen: tuple[str, ...] = ()
    receipts: bool = False
    handed_over: bool = False
    judged: dict[str, Any] = field(default_factory=dict)


@dataclass
class Report:
    """Everything of one run. `write` may be called at any time."""

    path: Path
    about: dict[str, Any]
    measurements: list[Measurement] = field(default_factory=list)
    parts: dict[str, Any] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)
    summary: dict[str, Any] = field(default_factory=dict)
    plots: list[str] = field(default_factory=list)

    def write(self) -> None:
        """Replace the file in one step, so that a stopped run leaves a whole one."""
        partial = self.path.with_name(f"{self.path.name}.partial")
        partial.write_text(json.dumps(self.plain(), ensure_ascii=False, indent=1), encoding="utf-8")
        partial.replace(self.path)

    def plain(self) -> dict[str, Any]:
        return {
            "format": FORMAT,
            **self.about,
            "summary": self.summary,
            "parts": self.parts,
            "failures": self.failures,
            "plots": self.plots,
            "measurements": [asdict(each) for each in self.measurements],
        }


def about_run(now: datetime, model: dict[str, Any], run: dict[str, Any]) -> dict[str, Any]:
    return {
        "date": now.isoformat(timespec="seconds"),
        "machine": machine(),
        "model": model,
        "versions": {"python": platform.python_version()} | {name: version(name) for name in _PACKAGES},
        "run": run,
    }


def machine() -> dict[str, Any]:
    """Processor, cores this process may use, memory in GB (10^9 bytes), operating system, load at the start."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return {
        "processor": _processor(),
        "cores": cores,
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9, 1),
        "system": platform.platform(),
        "load": [round(each, 2) for each in os.getloadavg()],
    }


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
