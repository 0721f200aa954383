"""`kefu insights refresh`: brings the facts up to date, which a running server does by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from service.settings import Settings


def refresh(
    context: typer.Context,
    full: Annotated[
        bool, typer.Option("--full", help="Compute everything anew, also what has not changed.")
    ] = False,
) -> None:
    """Compute facts from what has been said and done since the last time.

    It may be stopped anywhere and run again; while another process is at it, this one waits.
    """
    from insights.facts.build import refresh as bring_up_to_date
    from insights.facts.rebuild import size_of
    from service.clock import utc_now
    from tools.policy.cards import load_policy_book
    from tools.store.database import make_engine, migrate

    settings = context.find_root().obj
    assert isinstance(settings, Settings)
    zone, engine = load_policy_book(settings.policies_dir).timezone, make_engine(settings.database)
    try:
        migrate(engine)
        with _watching(size_of(engine)) as watch:
            done = bring_up_to_date(engine, zone, utc_now(), full, progress=watch)
    finally:
        engine.dispose()
    console = Console(highlight=False, markup=False, soft_wrap=True)
    console.print("computed anew:" if done.full else "brought up to date:")
    for kind in ("conversations", "orders", "complaints"):
        console.print(f"{done.counts[kind]:>9,}  {'cases of orders' if kind == 'orders' else kind}")
    if done.damaged:
        console.print(f"{done.damaged} records cannot be read: {', '.join(done.named)}")


@contextmanager
def _watching(sizes: dict[str, int]) -> Iterator[Callable[[str, int], None]]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        tasks = {kind: progress.add_task(kind, total=size) for kind, size in sizes.items()}

        def watch(kind: str, n: int) -> None:
            if kind in tasks:
                progress.advance(tasks[kind], n)

        yield watch
