"""Every scorer by name: ours, and those that installed packages add under the entry point `kefu.scorers`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from importlib.metadata import entry_points
from types import MappingProxyType

from eval.cases.errors import EvalError
from eval.cases.schema import Case
from eval.runs.record import Finding
from eval.scorers import always, expected
from eval.scorers.subject import Played, Scorer

GROUP = "kefu.scorers"
EXPECTED: Mapping[str, Scorer] = MappingProxyType(
    {
        "decision": expected.decision,
        "arguments": expected.arguments,
        "understanding": expected.understanding,
        "citations": expected.citations,
        "sayings": expected.sayings,
        "moments": expected.moments,
        "latency": expected.latency,
        "patience": expected.patience,
    }
)
ALWAYS: Mapping[str, Scorer] = MappingProxyType(
    {
        "shop": always.shop,
        "privacy": always.privacy,
        "support": always.support,
        "promises": always.promises,
        "language": always.language,
        "tact": always.tact,
    }
)


class BadScorer(EvalError):
    """A scorer of somebody else that cannot be loaded, or that failed."""


@cache
def added() -> Mapping[str, Scorer]:
    """The scorers of installed packages, by the name of their entry point. Raises `BadScorer`."""
    found: dict[str, Scorer] = {}
    for point in sorted(entry_points(group=GROUP), key=lambda each: each.name):
        if point.name in EXPECTED or point.name in ALWAYS or point.name in found:
            raise BadScorer(f"the scorer {point.name!r} of {point.value} has the name of another one")
        try:
            found[point.name] = point.load()
        except Exception as error:
            raise BadScorer(
                f"the scorer {point.name!r} of {point.value} cannot be loaded: {error}"
            ) from error
    return MappingProxyType(found)


def findings(case: Case, played: Played, others: Mapping[str, Scorer] | None = None) -> tuple[Finding, ...]:
    """Everything that is wrong, in the order of the scorers. `others` are those of installed packages by default.

    Raises `BadScorer` when one of these fails: a check that is not made must not look passed.
    """
    checks = {name: each for name, each in ALWAYS.items() if name not in case.unchecked}
    found: list[Finding] = []
    for scorer in (*EXPECTED.values(), *checks.values()):
        found += scorer(case, played)
    for name, scorer in (added() if others is None else others).items():
        found += _by_other(name, scorer, case, played)
    return tuple(dict.fromkeys(found))


def _by_other(name: str, scorer: Scorer, case: Case, played: Played) -> Sequence[Finding]:
    try:
        given = list(scorer(case, played))
    except Exception as error:
        raise BadScorer(
            f"the scorer {name!r} failed at case {case.id}: {type(error).__name__}: {error}"
        ) from error
    if not all(isinstance(each, Finding) for each in given):
        raise BadScorer(f"the scorer {name!r} gave something else than a Finding at case {case.id}")
    return given
