"""`kefu eval`: measures what the agent does, on suites and on the data of others."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from service.cli_eval_complaints import complaints
from service.cli_eval_judge import compare, gate, report
from service.cli_eval_recorded import promote, replay
from service.cli_eval_replies import replies
from service.cli_eval_retrieval import retrieval
from service.cli_eval_run import run, schema, suites_list

if TYPE_CHECKING:
    from eval.tau.folder import TauFolder
    from eval.tau.gold import Replayed
    from eval.tau.play import Episode, Settings
    from eval.tau.records import Records
    from service.settings import Settings as Installation

app = typer.Typer(
    no_args_is_help=True,
    help="Measure the agent. The last line of every command is one JSON object.",
)
app.command("run")(run)
app.command("list")(suites_list)
app.command("compare")(compare)
app.command("report")(report)
app.command("gate")(gate)
app.command("replay")(replay)
app.command("promote")(promote)
app.command("schema")(schema)
app.command("retrieval")(retrieval)
app.command("replies")(replies)
app.command("complaints")(complaints)


@app.command("tau-gold")
def tau_gold(
    data: Annotated[
        Path,
        typer.Option(help="A folder with db.json, gold.jsonl and retail_shop.py. Its scripts are run."),
    ],
    split: Annotated[str, typer.Option(help="Which tasks: a split of gold.jsonl, or all.")] = "train",
    json_only: Annotated[bool, typer.Option("--json", help="Print nothing but the JSON object.")] = False,
) -> None:
    """Replay the gold actions of τ-bench retail through the order desk, without any language.

    Every write is proposed, confirmed and executed on a fresh SQLite database; users, orders and balances
    must end as the gold has them. Then everything that the policy forbids is tried and must be refused.
    """
    from eval.tau.folder import open_folder
    from eval.tau.gold import replay

    console = Console(quiet=json_only)
    folder = open_folder(data)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        job = bar.add_task("tasks", total=None)

        def watch(result: Replayed, total: int) -> None:
            bar.update(job, advance=1, total=total)
            for line in _failures(result):
                bar.console.print(f"[red]task {result.task_id}[/]: {line}", highlight=False)

        done = replay(folder, split, watch)
    _rules(done, console)
    slipped = sum(len(each.slipped) for each in done)
    passed = sum(each.success and not each.slipped for each in done)
    print(json.dumps({
        "passed": passed,
        "total": len(done),
        "refused_illegal": sum(each.refused for each in done),
        "illegal": sum(each.illegal for each in done),
        "slipped": slipped,
        "split": split,
    }))  # fmt: skip
    raise typer.Exit(0 if passed == len(done) else 1)


@app.command("tau")
def tau(
    context: typer.Context,
    data: Annotated[
        Path,
        typer.Option(help="A folder as for tau-gold, with scripted_user.py. Its scripts are run."),
    ],
    split: Annotated[str, typer.Option(help="Which tasks: a split of gold.jsonl, or all.")] = "train",
    lang: Annotated[str, typer.Option(help="The customer's language: en or zh.")] = "en",
    level: Annotated[str, typer.Option(help="easy or hard: how much the customer knows by heart.")] = "easy",
    hints: Annotated[
        str, typer.Option(help="on: the customer hears what is awaited; off: they read only the reply.")
    ] = "on",
    seed: Annotated[int, typer.Option(help="Another number, another phrasing.")] = 0,
    trials: Annotated[int, typer.Option(help="How often each task is played.", min=1)] = 1,
    task: Annotated[
        list[str] | None, typer.Option(help="Only this task; may be given several times.")
    ] = None,
    http: Annotated[
        bool,
        typer.Option("--http", help="Over the agent's HTTP endpoint, a server on the loopback each task."),
    ] = False,
    records: Annotated[
        Path | None,
        typer.Option(help="Write every dialogue to this file (JSON lines), each when it has ended."),
    ] = None,
    run: Annotated[
        str | None,
        typer.Option("--run", help="Keep it as a run of this name, for compare, report and gate."),
    ] = None,
    json_only: Annotated[bool, typer.Option("--json", help="Print nothing but the JSON object.")] = False,
) -> None:
    """Play the tasks of τ-bench retail against the whole agent, with a scripted customer.

    A task passes when the shop's database ends as the gold has it, every fact was told, and, where the task
    says so, the customer was handed to a person. The customer comes from the folder. Ctrl-C ends the run
    with the summary of what was played.
    """
    from eval.tau.folder import TauDataError, open_folder
    from eval.tau.play import Settings
    from eval.tau.records import Records

    for name, value, allowed in (
        ("--lang", lang, ("en", "zh")), ("--level", level, ("easy", "hard")), ("--hints", hints, ("on", "off")),
    ):  # fmt: skip
        if value not in allowed:
            raise typer.BadParameter(f"{name}: {value!r} is not one of {', '.join(allowed)}")
    folder = open_folder(data)
    settings = Settings(split, lang, level, hints == "on", seed, trials, tuple(task or ()))
    about = {"split": split, "lang": lang, "level": level, "hints": hints, "http": http}
    with Records(records) as played:
        try:
            versions = _play(
                context.find_root().obj, folder, settings, http, played, Console(quiet=json_only)
            )
            if run is not None:
                _keep(context.find_root().obj, run, played, settings, versions)
        except KeyboardInterrupt:
            number = f"{len(played.episodes)} of {played.total}" if played.episodes else "no"
            typer.echo(f"interrupted; {number} episodes were played", err=True)
            raise typer.Exit(130) from None
        finally:
            if played.episodes:
                print(json.dumps(played.summary(trials) | about))
    if not played.episodes:
        raise TauDataError("no task was played")


def _play(
    installation: Installation, folder: TauFolder, settings: Settings, http: bool, played: Records, console: Console
) -> dict[str, str]:  # fmt: skip
    """Every task against the agent, with a line on the screen for each that failed; gives the versions."""
    from eval.tau.agents import in_process, over_http
    from eval.tau.gold import CARDS
    from eval.tau.play import play
    from service.wiring import open_evaluation

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with (
        open_evaluation(installation, CARDS) as (parts, versions),
        Progress(*columns, console=console, transient=True) as bar,
    ):
        job = bar.add_task("episodes", total=None)

        def watch(episode: Episode, total: int) -> None:
            played.add(episode, total)
            bar.update(job, advance=1, total=total)
            if not episode.passed:
                why = "; ".join(episode.why)
                bar.console.print(f"[red]task {episode.task_id}[/]: {escape(why)}", highlight=False)

        agents = over_http if http else in_process
        play(folder, settings, agents(parts, versions, settings.lang), watch)
        return versions


def _keep(
    installation: Installation, name: str, played: Records, settings: Settings, versions: dict[str, str]
) -> None:
    from eval.tau.as_run import keep
    from service.cli_eval_run import errors

    with errors():
        keep(installation.runs_dir, name, played.episodes, played.total, settings, versions)


def _failures(result: Replayed) -> list[str]:
    lines = [] if result.success else [f"refused: {each}" for each in result.denied]
    lines += [f"not as the gold has it: {each}" for each in result.missing]
    lines += [f"changed, and should not: {each}" for each in result.unexpected]
    return lines + [f"forbidden and not refused: {each}" for each in result.slipped]


def _rules(done: list[Replayed], console: Console) -> None:
    counts: Counter[str] = Counter()
    for each in done:
        counts.update(each.refusals)
    table = Table("rule", "refused", title="Forbidden actions, by the rule that refused them")
    for rule, count in counts.most_common():
        table.add_row(rule, str(count))
    console.print(table)


@app.command("understanding")
def understanding(
    context: typer.Context,
    file: Annotated[
        list[Path] | None,
        typer.Option(help="Labelled .jsonl; our test split if absent. Several times for more."),
    ] = None,
    baselines: Annotated[bool, typer.Option(help="Fit and measure TF-IDF and 5-NN beside.")] = True,
    ask_model: Annotated[
        int, typer.Option(help="Ask the language model alone about so many messages a language.", min=0)
    ] = 0,
    json_only: Annotated[bool, typer.Option("--json", help="Print nothing but the JSON object.")] = False,
) -> None:
    """Measure how well messages are understood: intents, act, sentiment, complaint, urgency."""
    from eval.understanding import measure_files, render
    from models.resolve import resolve_embedding, resolve_language_model

    settings = context.find_root().obj
    model = resolve_embedding(settings.embedding, settings.models_dir)
    asked = resolve_language_model(settings.model, settings.models_dir) if ask_model else None
    report = measure_files(
        file or [], settings.training_dir, settings.heads_path, model, baselines, asked, ask_model
    )
    render(report, Console(quiet=json_only))
    print(json.dumps(report, ensure_ascii=False))
