"""`kefu complaints`: what customers complained about, and what is done about it, in the terminal."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Column, Table

from service.settings import Settings

if TYPE_CHECKING:
    from service.complaint_office import ComplaintOffice
    from service.complaints_schema import ComplaintDetail, ComplaintView

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="markdown",
    help="""What customers complained about: list, look, act, watch the deadlines.

    Example: `kefu complaints act CP-1F0E offer --amount 20.00 --staff "Wang Fang"`""",
)
_COLOURS = {"urgent": "bold red", "high": "red", "normal": "", "low": "dim"}
Json = Annotated[bool, typer.Option("--json", help="Print nothing but JSON.")]
Unmasked = Annotated[bool, typer.Option("--unmasked", help="Show who the customer is, and every word.")]


@contextmanager
def _office(context: typer.Context) -> Iterator[ComplaintOffice]:
    from service.clock import utc_now
    from service.complaint_office import ComplaintOffice
    from service.source import source_key
    from tools.policy.cards import load_policy_book
    from tools.store.complaint_store import ComplaintStore
    from tools.store.database import make_engine, migrate

    settings = context.find_root().obj
    assert isinstance(settings, Settings)
    engine = make_engine(settings.database)
    try:
        migrate(engine)
        policies = load_policy_book(settings.policies_dir)
        yield ComplaintOffice(ComplaintStore(engine), policies, utc_now, source_key(settings.data_dir))
    finally:
        engine.dispose()


@app.command("list")
def list_complaints(
    context: typer.Context,
    status: Annotated[Literal["open", "answered", "escalated", "closed"] | None, typer.Option()] = None,
    department: Annotated[str, typer.Option(help="As the complaints card names it.")] = "",
    overdue: Annotated[bool, typer.Option("--overdue", help="Only those past their deadline.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=200)] = 50,
    after: Annotated[str, typer.Option(help="The last complaint of the page before.")] = "",
    unmasked: Unmasked = False,
    json_only: Json = False,
) -> None:
    """Complaints, latest first."""
    from tools.domain import ComplaintStatus
    from tools.store.complaint_store import ComplaintQuery

    wanted = ComplaintStatus(status) if status else None
    with _office(context) as office:
        found = office.list(ComplaintQuery(wanted, department, overdue, limit, after), unmasked)
    if json_only:
        _print_json(found)
        return
    table = Table(
        Column("complaint", no_wrap=True), "status", "priority", "kind", "department", "due", "what"
    )
    for each in found.complaints:
        table.add_row(
            each.id, each.status, _coloured(each.priority), each.kind, escape(each.department), _due(each),
            escape(each.text[:60]),
        )  # fmt: skip
    Console().print(table)
    if found.after:
        Console().print(f"More: --after {found.after}", markup=False)


@app.command()
def show(context: typer.Context, complaint: str, unmasked: Unmasked = False, json_only: Json = False) -> None:
    """A complaint with its steps, what happened to it, and what departments were told."""
    with _office(context) as office:
        found = office.show(complaint, unmasked)
    _print(found, json_only)


@app.command()
def act(
    context: typer.Context,
    complaint: str,
    action: Annotated[
        Literal["acknowledge", "finish_step", "offer", "answer", "escalate", "close"], typer.Argument()
    ],
    staff: Annotated[str, typer.Option(help="Who does it; stands in the record.")],
    step: Annotated[int | None, typer.Option(help="For finish_step; counts from 1.", min=1)] = None,
    amount: Annotated[str | None, typer.Option(help="For offer, such as 20.00.")] = None,
    text: Annotated[str, typer.Option(help="For answer, escalate and close.")] = "",
    outcome: Annotated[
        Literal["solved", "unjustified", "withdrawn", "compensated"] | None, typer.Option(help="For close.")
    ] = None,
    json_only: Json = False,
) -> None:
    """Do something about a complaint, once and on the record."""
    import msgspec

    from service.complaints_schema import ActionOrder

    said = {
        "action": action,
        "staff": staff,
        "step": step,
        "amount": amount,
        "text": text,
        "outcome": outcome,
    }
    try:
        order = msgspec.convert(said, ActionOrder)
    except msgspec.ValidationError as error:
        raise typer.BadParameter(str(error)) from error
    with _office(context) as office:
        _print(office.act(complaint, order), json_only)


@app.command()
def watch(context: typer.Context) -> None:
    """Remind and escalate where it is time, once. `kefu serve` does that by itself, every minute."""
    with _office(context) as office:
        Console().print(f"{office.watch(office.clock())} complaints were reminded of or escalated")


def _coloured(priority: str) -> str:
    colour = _COLOURS.get(priority)
    return f"[{colour}]{priority}[/]" if colour else priority


def _due(item: ComplaintView) -> str:
    if item.due_at is None:
        return ""
    text = f"{item.deadline} {item.due_at[:16].replace('T', ' ')}"
    return f"[red]{text}[/]" if item.overdue else text


def _print(found: ComplaintDetail, json_only: bool) -> None:
    if json_only:
        _print_json(found)
        return
    item, console = found.complaint, Console()
    head = (
        f"{item.id}  {item.status}  {item.priority}  {item.kind}  {item.department}  customer {item.customer}"
    )
    console.print(head, markup=False, highlight=False)
    console.print(f"  {item.text}", markup=False, highlight=False)
    if item.due_at:
        console.print(f"  due: {_due(item)}", highlight=False)
    for step in item.steps:
        mark = (
            f"done {step.done_at[:16]} {step.done_by}"
            if step.done_at
            else f"until {(step.due_at or '')[:16]}"
        )
        console.print(
            f"  {step.number}. {step.text.en} ({step.department}, {mark})", markup=False, highlight=False
        )
    for event in found.events:
        console.print(
            f"  {event.at[:16]}  {event.kind}  {event.actor}  {event.why}", markup=False, highlight=False
        )
    for notice in found.notices:
        console.print(f"  {notice.id}  {notice.department}  {notice.state}", markup=False, highlight=False)


def _print_json(found: object) -> None:
    import msgspec

    print(msgspec.json.encode(found).decode())
