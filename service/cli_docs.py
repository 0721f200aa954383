"""`kefu docs`: what is published, what is drafted, what a draft would change, and what is missing."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.panel import Panel
from rich.syntax import Syntax
from rich.table import Table

from service.settings import Settings

if TYPE_CHECKING:
    from knowledge.check import Finding
    from knowledge.impact import Effect
    from knowledge.revisions import Revision

app = typer.Typer(
    no_args_is_help=True,
    help="""The policy documents: edit, check, publish, go back, and see what is missing.

    A document is named by its key: `returns.zh` is the Chinese version of `returns`. A change is a draft until it
    is published; the next customer is answered from what is published. Documents live in the folder
    KEFU_POLICIES_DIR, which may be under git, or only here: `kefu docs publish` takes what changed in the folder.""",
)

JsonOnly = Annotated[bool, typer.Option("--json", help="Print nothing but JSON.")]
Keys = Annotated[
    list[str] | None, typer.Argument(help="Documents such as returns.zh; all that have a draft if left out.")
]
_COLOURS = {"error": "red", "warning": "yellow", "note": "dim"}
_STATES = {
    "draft": "yellow",
    "checked": "cyan",
    "published": "green",
    "superseded": "dim",
    "discarded": "dim",
}


def settings_of(context: typer.Context) -> Settings:
    settings = context.find_root().obj
    assert isinstance(settings, Settings)
    return settings


@app.command("list")
def list_documents(context: typer.Context, json_only: JsonOnly = False) -> None:
    """All documents, with what is published, what waits for its day, and open drafts."""
    from service.authoring import open_authoring

    with open_authoring(settings_of(context)) as authoring:
        found, today = authoring.overview(), authoring.today()
    if json_only:
        print(json.dumps([_plain(asdict(each)) for each in found], ensure_ascii=False))
        return
    from knowledge.revisions import starts

    table = Table("document", "title", "published", "waiting", "draft")
    for each in found:
        now = [r for r in each.published if starts(r) <= today]
        later = [f"r{r.number} from {starts(r)}" for r in each.published if starts(r) > today]
        draft = (
            f"[{_STATES[each.draft.state]}]r{each.draft.number} {each.draft.state}[/]" if each.draft else ""
        )
        table.add_row(
            each.document, escape(each.title), ", ".join(f"r{r.number}" for r in now), ", ".join(later), draft
        )
    console = Console()
    console.print(table)
    if not found:
        console.print("No document yet: [bold]kefu docs add FILE[/] or [bold]kefu docs publish[/].")


@app.command()
def show(
    context: typer.Context,
    document: Annotated[str, typer.Argument(help="Such as returns.zh.")],
    revision: Annotated[
        int | None, typer.Option("--revision", "-r", help="An older one's number.", min=1)
    ] = None,
) -> None:
    """Print a document's newest text, or that of an older revision."""
    from service.authoring import open_authoring

    with open_authoring(settings_of(context)) as authoring:
        found = authoring.store.revision(document, revision) if revision else authoring.text(document)
    print(found.text, end="")


@app.command()
def log(
    context: typer.Context,
    document: Annotated[str | None, typer.Argument(help="Only this document's revisions.")] = None,
    number: Annotated[int, typer.Option("-n", help="How many.", min=1, max=10_000)] = 20,
    json_only: JsonOnly = False,
) -> None:
    """Publications, newest first, or the revisions of one document: who, when, why."""
    from service.authoring import open_authoring

    with open_authoring(settings_of(context)) as authoring:
        if document:
            authoring.text(document)
        revisions = authoring.store.history(document, number) if document else []
        publications = [] if document else authoring.store.publications(number)
    if json_only:
        print(json.dumps([_plain(asdict(each)) for each in revisions or publications], ensure_ascii=False))
        return
    table = Table("", "when", "who", "what", "why")
    for each in revisions:
        what = f"[{_STATES[each.state]}]{each.state}[/]{', removes' if each.removes else ''}"
        table.add_row(
            f"r{each.number}", f"{each.at:%Y-%m-%d %H:%M}", escape(each.author), what, escape(each.comment)
        )
    for one in publications:
        what = f"{one.kind}, {len(one.revisions)} documents, snapshot {one.snapshot_id}"
        table.add_row(str(one.id), f"{one.at:%Y-%m-%d %H:%M}", escape(one.author), what, escape(one.comment))
    Console().print(table)


@app.command()
def diff(
    context: typer.Context, document: Annotated[str, typer.Argument(help="Such as returns.zh.")]
) -> None:
    """What publishing a document's draft would change: its lines, its passages, the rules that cite them."""
    from service.authoring import open_authoring

    with open_authoring(settings_of(context)) as authoring:
        found = authoring.diff(document)
    console = Console()
    if not found.lines:
        console.print(f"{found.draft.name} says what is published already.")
    console.print(Syntax("\n".join(found.lines), "diff", background_color="default", word_wrap=True))
    for each in found.passages:
        rules = f" · cited by {', '.join(each.rules)}" if each.rules else ""
        console.print(f"[bold]{each.kind}[/] {each.id}{rules}", highlight=False)


@app.command()
def check(
    context: typer.Context,
    documents: Keys = None,
    impact: Annotated[
        bool, typer.Option("--impact", help="Also try the drafts against recorded questions and suites.")
    ] = False,
    questions: Annotated[
        list[Path] | None,
        typer.Option(help="Files of questions (JSON Lines: question, lang) for --impact."),
    ] = None,
    number: Annotated[int, typer.Option("-n", help="At most so many questions.", min=1, max=100_000)] = 400,
    write: Annotated[
        bool, typer.Option("--write", help="Let the model write the answers that change (seconds each).")
    ] = False,
    json_only: JsonOnly = False,
) -> None:
    """Examine drafts before customers see them; without any draft, what is published.

    Takes what changed in the folder first. Finds contradictions between documents, between languages and
    with policy cards, dead links, passed dates, duplicates, passages that answer nothing. With --impact it shows
    side by side which decisions, citations and answers would change. Ends with 1 when there is an error.
    """
    from service.authoring import open_authoring
    from service.docs_folder import take_folder_of
    from service.docs_impact import impact_of

    settings, console = settings_of(context), Console(quiet=json_only)
    with open_authoring(settings) as authoring:
        take_folder_of(settings, authoring, console)
        findings = authoring.check(documents)
        examined = len(authoring.store.drafts(documents)) or len(authoring.overview())
    for each in findings:
        print_finding(each, console)
    errors = sum(each.severity == "error" for each in findings)
    console.print(f"{examined} documents examined, {errors} errors, {len(findings) - errors} other findings")
    effects, tried = None, 0
    if impact:
        effects, tried = impact_of(settings, documents, questions or [], number, write, console)
        print_effects(effects, tried, console)
    if json_only:
        print(json.dumps({
            "findings": [asdict(each) for each in findings], "errors": errors, "documents": examined,
            "impact": [asdict(each) for each in effects] if effects is not None else None, "tried": tried,
        }, ensure_ascii=False))  # fmt: skip
    raise typer.Exit(1 if errors else 0)


@app.command()
def search(
    context: typer.Context,
    question: Annotated[str, typer.Argument(help="As a customer would ask.")],
    number: Annotated[int, typer.Option("-k", help="How many passages.", min=1, max=50)] = 5,
) -> None:
    """Show which passages a question finds, with the probability that each answers it."""
    from agent.understand.language import detect_language
    from retrieval.snapshot import open_current
    from service.embedding import load_embeddings

    settings = settings_of(context)
    snapshot = open_current(settings.snapshots_dir, load_embeddings(settings))
    table = Table("score", "passage", "heading", title=f"answered from {snapshot.threshold:.2f} on")
    for hit in snapshot.search(question, detect_language(question, "zh"), number):
        table.add_row(f"{hit.score:.2f}", hit.passage.id, hit.passage.heading)
    Console().print(table)


@app.command()
def gaps(
    context: typer.Context,
    days: Annotated[int, typer.Option(help="How far to look back.", min=1, max=3660)] = 30,
    number: Annotated[int, typer.Option("-n", help="How many.", min=1, max=1000)] = 20,
    json_only: JsonOnly = False,
) -> None:
    """What customers asked and no document answers: write this next. The most asked first."""
    from service.docs_gaps import gaps_of

    found = gaps_of(settings_of(context), days)
    if json_only:
        print(json.dumps([_plain(asdict(each)) for each in found[:number]], ensure_ascii=False))
        return
    console = Console()
    for each in found[:number]:
        languages = ", ".join(f"{language} {count}" for language, count in each.languages.items())
        words = "\n".join(f"· {escape(question)}" for question in each.questions)
        near = (
            f"\n[dim]nearest: {each.nearest.passage_id} ({each.nearest.score:.2f})[/]" if each.nearest else ""
        )
        title = f"{each.count} × {escape(each.title)}  [dim]{languages}, last {each.last:%Y-%m-%d}[/]"
        console.print(Panel(words + near, title=title, title_align="left"))
    if not found:
        console.print(f"No unanswered question in the last {days} days.")


def print_finding(finding: Finding, console: Console) -> None:
    where = finding.passage or finding.document
    line = f":{finding.line}" if finding.line else ""
    console.print(
        f"[{_COLOURS[finding.severity]}]{finding.severity}[/] {where}{line} [dim]{finding.code}[/]\n"
        f"  {escape(finding.message)}", highlight=False,
    )  # fmt: skip
    for label, quote in (("here", finding.quote), (finding.other or "there", finding.other_quote)):
        if quote:
            console.print(f"  [dim]{escape(label)}:[/] {escape(quote)}", highlight=False)


def print_effects(effects: list[Effect], tried: int, console: Console) -> None:
    """Before and after, side by side."""
    for each in effects:
        table = Table(title=escape(each.asked.question), title_justify="left", show_header=True, expand=True)
        table.add_column("before", ratio=1)
        table.add_column("after", ratio=1)
        for one in (("decision", f"{each.before.kind} by {each.before.rule}", f"{each.after.kind} by {each.after.rule}"),
                    ("citations", ", ".join(each.before.citations), ", ".join(each.after.citations)),
                    ("answer", each.before.reply, each.after.reply)):  # fmt: skip
            if one[0] in each.what:
                table.add_row(escape(one[1]), escape(one[2]))
        console.print(table)
    console.print(f"{tried} questions tried, {len(effects)} would be answered otherwise")


def print_drafts(drafts: list[Revision], console: Console) -> None:
    for each in drafts:
        what = "removal" if each.removes else "draft"
        console.print(f"{what} {each.name} by {escape(each.author)}: {escape(each.comment)}", highlight=False)


def _plain(fields: dict[str, Any]) -> Any:
    return json.loads(json.dumps(fields, default=str))
