"""Whether a version may ship: a run against the gate that QA signed. A gate that cannot tell says no."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from eval.runs import gate_checks
from eval.runs.gate_baseline import BadBaseline, Baseline, read_baseline
from eval.runs.gate_checks import Check
from eval.runs.gate_file import GateFile
from eval.runs.run import Run

_OF_BASELINE = frozenset({"same cases", "lost", "changed", "values", "reworded", "rephrased"})


@dataclass(frozen=True)
class Judgement:
    """Every check of a gate. `signed` is the run of the baseline, "" where there is none or it cannot be read."""

    run: str
    gate: str
    cases: int
    checks: tuple[Check, ...]
    signed: str = ""
    signed_at: str = ""

    @property
    def ok(self) -> bool:
        return bool(self.checks) and all(check.ok for check in self.checks)

    @property
    def failed(self) -> tuple[Check, ...]:
        return tuple(check for check in self.checks if not check.ok)

    def advice(self) -> tuple[str, ...]:
        """What to do next, each a sentence with the command."""
        names = {check.name for check in self.failed}
        told: list[str] = []
        if "run" in names:
            told.append("Finish the run first; an unfinished one is not judged.")
        if "baseline" in names:
            told.append(f"Have a good run signed: kefu eval gate {self.run} --gate {self.gate} --sign")
        if self.signed and (names & _OF_BASELINE or any(name.startswith("version ") for name in names)):
            told.append(f"See what differs, turn by turn: kefu eval compare {self.signed} {self.run}")
            told.append(
                f"If all of it is meant, sign it: kefu eval gate {self.run} --gate {self.gate} --sign"
            )
        if names - _OF_BASELINE - {"run", "baseline"}:
            told.append(f"See which cases fail, and why: kefu eval report {self.run}")
        return tuple(told)

    def json(self) -> dict[str, Any]:
        return {
            "ok": self.ok, "run": self.run, "gate": self.gate, "cases": self.cases, "signed": self.signed,
            "signed_at": self.signed_at, "failed": [check.name for check in self.failed],
            "checks": [check.json() for check in self.checks], "next": list(self.advice()),
        }  # fmt: skip


def judge(run: Run, gate: GateFile) -> Judgement:
    """Make every check of the gate, whatever fails: QA wants to see all of it at once."""
    counted = tuple(record for record in run.records if gate.takes(record))
    checks = [
        *gate_checks.whole(run, counted),
        *gate_checks.needs(run, gate.gate, counted),
        *gate_checks.scores(run, gate.gate, counted),
        *gate_checks.always(gate.gate, counted),
    ]
    baseline, why = _baseline(gate)
    if gate.gate.baseline and baseline:
        checks += gate_checks.against(run, gate, gate.gate.baseline, baseline, counted)
    elif gate.gate.baseline:
        checks.append(Check("baseline", False, "none", "signed", why))
    return Judgement(
        run=run.manifest.id,
        gate=str(gate.path),
        cases=len(counted),
        checks=tuple(checks),
        signed=baseline.run if baseline else "",
        signed_at=baseline.signed_at if baseline else "",
    )


def _baseline(gate: GateFile) -> tuple[Baseline | None, str]:
    if gate.baseline_path is None:
        return None, ""
    try:
        return read_baseline(gate.baseline_path), ""
    except BadBaseline as error:
        return None, str(error)
