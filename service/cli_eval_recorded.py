"""`kefu eval replay` and `kefu eval promote`: recorded conversations as evaluation."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from service.cli_eval_run import console_for, errors, play, settings_of

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from eval.cases.schema import Suite
    from eval.recorded.conversations import Recorded
    from eval.recorded.replay import Replay
    from eval.runs.record import Record
    from service.settings import Settings
    from tools.store.protocol import OrderStore


def replay(
    context: typer.Context,
    conversation: Annotated[
        list[str] | None, typer.Argument(help="Ids of conversations; the newest ones if absent.")
    ] = None,
    limit: Annotated[int, typer.Option(help="At most so many.", min=1, max=10_000)] = 50,
    since: Annotated[datetime | None, typer.Option(help="Only those begun since then (UTC).")] = None,
    channel: Annotated[str, typer.Option(help="Only those of this channel.")] = "",
    workers: Annotated[int, typer.Option(help="Conversations side by side.", min=1, max=64)] = 2,
    name: Annotated[str | None, typer.Option(help="The run's name; the time it begins if absent.")] = None,
    json_only: Annotated[bool, typer.Option("--json", help="Print nothing but the JSON object.")] = False,
) -> None:
    """Play recorded conversations again with what is installed here now, and show what it does otherwise.

    Customers write what they wrote, at the moments they wrote it, in a copy of the shop from which everything later
    is taken back as far as orders tell; nothing is written to the shop. Two runs are kept, NAME-recorded and NAME:
    `kefu eval compare` and `kefu eval report --against` show them as any others. They hold what customers wrote.
    """
    from eval.playing.installed import Wanted
    from eval.recorded.conversations import read
    from eval.recorded.replay import prepare
    from eval.recorded.rewind import changed_since
    from eval.runs.compare import compare
    from eval.runs.compare_render import render
    from eval.runs.store import open_run

    settings, console = settings_of(context), console_for(json_only)
    began = name or datetime.now(UTC).strftime("replay-%Y%m%d-%H%M%S")
    with (
        errors(),
        _recorded(settings) as (engine, store),
        TemporaryDirectory(prefix="kefu-replay-") as folder,
    ):
        moment = since.replace(tzinfo=UTC) if since and since.tzinfo is None else since
        found = read(engine, conversation or (), limit, moment, channel)
        prepared = prepare(found, store, Path(folder))
        changed = sorted({each for one in found for each in changed_since(one, store)})
        _keep(settings, f"{began}-recorded", prepared, found)
        manifest, whole = play(
            settings, prepared.programme, Wanted(began, workers=workers, repeatable=False), console
        )
        compared = compare(
            open_run(settings.runs_dir, f"{began}-recorded"), open_run(settings.runs_dir, began)
        )
    render(compared, console, ways=("changed", "worse"))
    if changed:
        console.print(
            f"[dim]{len(changed)} orders changed since and were taken back: {', '.join(changed[:5])}…[/]"
        )
    print(json.dumps({"run": manifest.id, "recorded": f"{began}-recorded", "conversations": len(found),
                      "orders_taken_back": len(changed)} | compared.json(turns=False), ensure_ascii=False))  # fmt: skip
    if not whole:
        raise typer.Exit(130)


def promote(
    context: typer.Context,
    conversation: Annotated[str, typer.Argument(help="The id of a recorded conversation.")],
    name: Annotated[str, typer.Option(help="The name of the suite and its case: small letters, digits, -.")],
    out: Annotated[Path, typer.Option(help="The folder to write NAME.yaml and NAME.shop.json into.")] = Path(
        "suites"
    ),
    about: Annotated[str, typer.Option(help="Why the case is there, in one sentence.")] = "",
    json_only: Annotated[bool, typer.Option("--json", help="Print nothing but the JSON object.")] = False,
) -> None:
    """Make a case of a recorded conversation, with made-up personal data, in a shop of its own.

    Names, mail addresses, phones, addresses, postcodes, order, tracking and card numbers are replaced in the records
    and in what was said; other mail addresses and long numbers too. Read it all the same before you share it: nobody
    can replace a name that is in no record. The expectations are what was decided: change what was wrong.
    """
    from eval.recorded.conversations import read
    from eval.recorded.promote import promote as promoted

    settings, console = settings_of(context), console_for(json_only)
    with errors(), _recorded(settings) as (engine, store):
        (found,) = read(engine, [conversation])
        made = promoted(found, store, out, name, about, lambda path, suite: _played(settings, path, suite))
    console.print(
        f"written: {escape(str(made.suite))}, {escape(str(made.shop))}", highlight=False, soft_wrap=True
    )
    for line in made.differs:
        console.print(f"[yellow]{escape(line)}[/]", highlight=False, soft_wrap=True)
    print(
        json.dumps(
            {"suite": str(made.suite), "shop": str(made.shop), "differs": list(made.differs)},
            ensure_ascii=False,
        )
    )


@contextmanager
def _recorded(settings: Settings) -> Iterator[tuple[Engine, OrderStore]]:
    """The database with the record, and the shop; neither is written to."""
    from service.orders import open_store
    from tools.store.database import make_engine

    engine = make_engine(settings.database)
    try:
        with open_store(settings, engine) as store:
            yield engine, store
    finally:
        engine.dispose()


def _keep(settings: Settings, name: str, replay: Replay, found: Sequence[Recorded]) -> None:
    """What was said then, as a run: its versions are those of the newest turn."""
    from eval.playing.installed import now
    from eval.recorded.replay import SUITE
    from eval.runs.record import Manifest
    from eval.runs.store import sitting

    versions = {str(part): str(value) for part, value in found[-1].turns[-1].trace["versions"].items()}
    manifest = Manifest(
        name, versions, (SUITE,), replay.programme.digest, len(replay.records), 0, 1, {}, "production", now()
    )
    with sitting(settings.runs_dir, manifest, False) as kept:
        for record, timing in zip(replay.records, replay.timings, strict=True):
            kept.add(record, timing)
        kept.end(now(), 0.0)


def _played(settings: Settings, path: Path, suite: Suite) -> Record:
    """The record of a suite's only case, which is not written yet."""
    from eval.cases.bundled import Loaded
    from eval.playing.installed import stage_for
    from eval.playing.programme import Choice, programme
    from eval.playing.run import play_item

    with stage_for(settings) as (_, stage):
        (item,) = programme([Loaded(suite, path)], Choice()).items
        return play_item(item, stage, 0)[0]
