"""Plays a programme, on several threads where that helps, and gives the records in the programme's order."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from itertools import islice

from eval.cases.errors import EvalError
from eval.playing.play import Performance, Scene, play
from eval.playing.programme import Item
from eval.playing.speakers import Listed, Simulated, Speaker
from eval.playing.stage import Stage
from eval.runs.record import Finding, Record, Timing
from eval.scorers.registry import findings

# So many conversations are waited for beyond those that are played: a slow one holds up nothing but the order.
AHEAD = 4


def played(items: Sequence[Item], stage: Stage, seed: int, workers: int) -> Generator[tuple[Record, Timing]]:
    """Each item's record as soon as all before it have one. Raises `EvalError` for what no later case would mend."""
    waiting = iter(items)
    with ThreadPoolExecutor(workers, thread_name_prefix="case") as pool:
        running: list[Future[tuple[Record, Timing]]] = [
            pool.submit(play_item, item, stage, seed) for item in islice(waiting, workers + AHEAD)
        ]
        try:
            while running:
                yield running.pop(0).result()
                for item in islice(waiting, 1):
                    running.append(pool.submit(play_item, item, stage, seed))
        finally:
            for each in running:
                each.cancel()
            for each in running:
                with suppress(BaseException):
                    each.result()


def play_item(item: Item, stage: Stage, seed: int) -> tuple[Record, Timing]:
    """Play and judge one. An error of the agent is a finding of the run and stops this case alone."""
    scene = Scene(
        item.case, item.state, item.loaded.path, item.email, lambda: _speaker(item, stage, seed), item.moments
    )
    try:
        performance = play(scene, stage)
        found = findings(item.case, performance.played)
    except EvalError:
        raise
    except Exception as error:
        return _record(item, stage, None, (), f"{type(error).__name__}: {error}"), Timing(item.key, (), ())
    return _record(item, stage, performance, found, ""), performance.timing(item.key)


def _speaker(item: Item, stage: Stage, seed: int) -> Speaker:
    if item.case.simulate is None:
        return Listed(item.steps)
    customer = stage.facts(item.state, item.loaded.path).by_mail(item.email) if item.email else None
    return Simulated(item.case, customer, seed + item.trial)


def _record(
    item: Item, stage: Stage, performance: Performance | None, found: tuple[Finding, ...], error: str
) -> Record:
    case = item.case
    return Record(
        key=item.key, suite=item.suite.suite, kind=item.kind, case=case.id, language=case.language, about=case.about,
        variant=item.variant, customer=item.email if case.for_customers else "", trial=item.trial, tags=item.tags,
        intents=case.intents, pair=case.pair or "", groups=_groups(item, stage),
        turns=performance.records if performance else (), changes=performance.played.changes if performance and "shop" not in case.unchecked else {},
        findings=found, error=error,
    )  # fmt: skip


def _groups(item: Item, stage: Stage) -> dict[str, str]:
    """Which customers a case is about, for comparing how they are served."""
    customer = stage.facts(item.state, item.loaded.path).by_mail(item.email) if item.email else None
    if customer is None:
        return {}
    region = customer.address.region if customer.address.country == "CN" else customer.address.country
    return {"tier": customer.tier.value, "region": region}
