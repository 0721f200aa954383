"""What a run plays, in order: every case once for each customer, trial and perturbation."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from fnmatch import fnmatchcase

import msgspec

from eval.cases.bundled import Loaded
from eval.cases.errors import NothingToRun
from eval.cases.schema import Case, Perturb, ShopState, Step, Suite
from eval.perturb.kinds import KINDS, variants
from eval.runs.record import key_of
from eval.runs.versions import file_fingerprint
from tools.domain import Language


@dataclass(frozen=True)
class Item:
    """One conversation to be played. `steps` is what is said, which a perturbation has changed.

    `moments` are those of the messages, where they are not the shop's own.
    """

    key: str
    loaded: Loaded
    case: Case
    kind: str
    email: str
    state: ShopState | None
    steps: tuple[Step, ...]
    variant: str = ""
    trial: int = 0
    moments: tuple[datetime, ...] = ()

    @property
    def suite(self) -> Suite:
        return self.loaded.suite

    @property
    def tags(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*self.suite.tags, *self.case.tags)))


@dataclass(frozen=True)
class Choice:
    """Which of the cases are played; what is not given does not choose. Patterns are shell patterns of ids."""

    tags: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    cases: tuple[str, ...] = ()
    intents: tuple[str, ...] = ()
    limit: int | None = None

    def fits(self, suite: Suite, case: Case) -> bool:
        """Whether a case is among them."""
        tags = {*suite.tags, *case.tags}
        return (
            (not self.tags or bool(tags & set(self.tags)))
            and (not self.languages or case.language in self.languages)
            and (not self.intents or bool(set(case.intents) & set(self.intents)))
            and (not self.cases or any(fnmatchcase(case.id, each) for each in self.cases))
        )


@dataclass(frozen=True)
class Programme:
    """Everything to be played. `digest` is the SHA-256 of it: another one, another run."""

    items: tuple[Item, ...]
    seed: int
    trials: int
    digest: str
    suites: tuple[str, ...]


def programme(
    loaded: Sequence[Loaded], choice: Choice, seed: int = 0, trials: int = 1, others: Sequence[Loaded] = ()
) -> Programme:  # fmt: skip
    """What to play. `others` are suites that perturbations may take cases from without playing these first.

    Raises `NothingToRun`.
    """
    items: list[Item] = []
    for trial in range(trials):
        played: dict[str, Item] = {}
        for each in loaded:
            if each.suite.perturb is None:
                for item in _limited(list(_cases(each, choice, trial)), choice.limit):
                    played[item.key] = item
        known = {each.name: each for each in (*others, *loaded)}
        for each in loaded:
            if each.suite.perturb is not None:
                for item in _perturbed(each, choice, known, seed, trial):
                    played.setdefault(item.key, item)
        items += played.values()
    if not items:
        raise NothingToRun("no case fits; `kefu eval list` shows them with their tags and languages")
    return Programme(tuple(items), seed, trials, _digest(items, seed), tuple(each.name for each in loaded))


def _cases(loaded: Loaded, choice: Choice, trial: int) -> Iterator[Item]:
    suite = loaded.suite
    for case in suite.cases:
        if choice.fits(suite, case):
            for email in case.for_customers or (case.customer or "",):
                named = email if case.for_customers else ""
                key = key_of(suite.suite, case.id, named, "", trial)
                yield Item(
                    key, loaded, case, suite.kind, email, case.shop or suite.shop, case.turns, "", trial
                )


def _perturbed(
    loaded: Loaded, choice: Choice, known: dict[str, Loaded], seed: int, trial: int
) -> Iterator[Item]:  # fmt: skip
    """Cases of other suites, each as it stands there and then in other words; both under that suite's name."""
    perturb = loaded.suite.perturb
    assert perturb is not None
    bases: list[Item] = []
    for kind in perturb.kinds:
        if kind not in KINDS:
            raise NothingToRun(f"{loaded.path}: perturb.kinds: {kind!r} is none of {', '.join(KINDS)}")
    for name in perturb.suites:
        if name not in known:
            raise NothingToRun(f"{loaded.path}: perturb.suites: there is no suite {name!r}")
        bases += [
            each for each in _cases(known[name], choice, trial) if each.steps and not each.case.for_customers
        ]
    for base in _limited(_limited(bases, perturb.cases), choice.limit):
        yield base
        changed = variants(
            base.case.says, base.case.language, _kinds(perturb, base.case.language), seed + trial
        )
        for variant, says in changed.items():
            if says is None:
                continue
            steps = tuple(
                step.model_copy(update={"say": say}) for step, say in zip(base.steps, says, strict=True)
            )
            key = key_of(base.suite.suite, base.case.id, "", variant, trial)
            yield replace(base, key=key, kind="perturbation", steps=steps, variant=variant)


def _kinds(perturb: Perturb, language: Language) -> list[str]:
    """Those that the suite names and that there are in the language."""
    return [
        name
        for name, each in KINDS.items()
        if language in each.languages and name in (perturb.kinds or KINDS)
    ]


def _limited(items: list[Item], limit: int | None) -> list[Item]:
    """At most so many, spread evenly."""
    if limit is None or limit >= len(items):
        return items
    return [items[number * len(items) // limit] for number in range(limit)]


def _shop_file(item: Item) -> str:
    """What is in the shop's file, which may change under the same name."""
    if item.state is None or item.state.file is None:
        return ""
    return file_fingerprint(item.loaded.path.parent / item.state.file)


def _digest(items: Iterable[Item], seed: int) -> str:
    hashed = hashlib.sha256(str(seed).encode())
    for item in items:
        state = item.state.model_dump(mode="json") if item.state else None
        plain = [item.key, item.kind, item.email, state, _shop_file(item), item.case.model_dump(mode="json"),
                 [step.model_dump(mode="json") for step in item.steps], item.tags]  # fmt: skip
        hashed.update(msgspec.json.encode(plain, order="sorted"))
    return hashed.hexdigest()
