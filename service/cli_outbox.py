"""`kefu outbox`: what departments are told, what still waits, and what nobody took."""

from __future__ import annotations

import json
import threading
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from service.settings import Settings

if TYPE_CHECKING:
    from tools.store.outbox_rows import OutboxRow

app = typer.Typer(
    no_args_is_help=True,
    help="""What departments are told of complaints: deliver, list, try again.

    `kefu serve` delivers by itself; KEFU_DEPARTMENTS says how each department is reached.""",
)
_COLOURS = {"waiting": "yellow", "delivered": "green", "failed": "red"}


def _settings(context: typer.Context) -> Settings:
    settings = context.find_root().obj
    assert isinstance(settings, Settings)
    return settings


@app.command()
def run(
    context: typer.Context,
    once: Annotated[bool, typer.Option("--once", help="Deliver what is due now, and end.")] = False,
) -> None:
    """Deliver what is due, in a process of its own; several may run, also beside `kefu serve`."""
    from service.clock import utc_now
    from service.outbox.running import open_rounds

    stop = threading.Event()
    with open_rounds(_settings(context), utc_now, stop=stop) as rounds:
        tried = rounds.go()
        while tried or not once:
            stop.wait(0 if tried else 1.0)
            tried = rounds.go()


@app.command("list")
def list_notices(
    context: typer.Context,
    state: Annotated[
        Literal["waiting", "failed", "delivered", "all"] | None,
        typer.Option(help="By default what waits and what was given up."),
    ] = None,
    limit: Annotated[int, typer.Option(help="At most so many, the oldest first.", min=1)] = 50,
    json_only: Annotated[bool, typer.Option("--json", help="Print nothing but JSON.")] = False,
) -> None:
    """What lies in the outbox. What the notices say is not shown."""
    from service.outbox.routes import reaches
    from service.outbox.running import open_outbox
    from tools.store.outbox_rows import State

    wanted: dict[str | None, tuple[State, ...]] = {
        None: ("waiting", "failed"), "all": (), "waiting": ("waiting",), "failed": ("failed",),
        "delivered": ("delivered",),
    }  # fmt: skip
    settings = _settings(context)
    with open_outbox(settings) as outbox:
        rows = outbox.rows(wanted[state], limit=limit)
    shown = [_shown(row, reaches(settings, row.notice.department)) for row in rows]
    if json_only:
        print(json.dumps(shown, ensure_ascii=False))
        return
    table = Table("notice", "department", "state", "attempts", "next", "what happened")
    for each in shown:
        table.add_row(
            escape(each["id"]), escape(each["department"]), f"[{_COLOURS[each['state']]}]{each['state']}[/]",
            str(each["attempts"]), each["next_at"] or "", escape(each["error"] or each["reference"]),
        )  # fmt: skip
    Console().print(table)


@app.command()
def retry(
    context: typer.Context,
    notice: Annotated[str | None, typer.Argument(help="Such as ticket:CP-…")] = None,
    failed: Annotated[bool, typer.Option("--failed", help="Everything that was given up.")] = False,
) -> None:
    """Try a notice again at once, as if for the first time."""
    from service.clock import utc_now
    from service.outbox.running import open_outbox

    if (notice is None) is not failed:
        raise typer.BadParameter("name a notice, or say --failed")
    with open_outbox(_settings(context)) as outbox:
        if notice is None:
            Console().print(f"{outbox.retry_failed(utc_now())} notices will be tried again")
        else:
            outbox.retry(notice, utc_now())
            Console().print(f"{notice} will be tried again", markup=False)


def _shown(row: OutboxRow, reached: bool) -> dict[str, Any]:
    unreached = (
        "" if reached or row.state != "waiting" else "no way to reach this department: KEFU_DEPARTMENTS"
    )
    return {
        "id": row.notice.id,
        "kind": row.notice.kind,
        "subject_id": row.notice.subject_id,
        "department": row.notice.department,
        "state": row.state,
        "attempts": row.attempts,
        "created_at": row.notice.at.isoformat(timespec="seconds"),
        "next_at": row.next_at.isoformat(timespec="seconds") if row.state == "waiting" else None,
        "delivered_at": row.delivered_at.isoformat(timespec="seconds") if row.delivered_at else None,
        "transport": row.transport,
        "reference": row.reference,
        "error": unreached or row.error,
    }
