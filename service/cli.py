"""`kefu`: everything that somebody who runs the shop's agent types."""

from __future__ import annotations

import gc
import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from models.cli import app as models_app
from service.cli_complaints import app as complaints_app
from service.cli_docs_write import app as docs_app
from service.cli_eval import app as eval_app
from service.cli_insights import app as insights_app
from service.cli_outbox import app as outbox_app
from service.cli_shop import app as shop_app
from service.cli_train import app as train_app
from service.settings import Settings, SettingsError, read_settings

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    help="""Kefu (客服): a customer-service agent that a shop runs itself, in Chinese and English.

    First time: `kefu setup`, then `kefu serve`. Something wrong: `kefu doctor`.
    Settings are `KEFU_*` variables or a file `kefu.toml`; docs/settings.md lists them.""",
)
app.add_typer(models_app, name="models", help="Fetch, list and verify model files.")
app.add_typer(shop_app, name="shop", help="Import, export and check the shop's data.")
app.add_typer(train_app, name="train", help="Train understanding from labelled messages.")
app.add_typer(eval_app, name="eval", help="Measure the agent on suites and on the data of others.")
app.add_typer(docs_app, name="docs")
app.add_typer(insights_app, name="insights")
app.add_typer(complaints_app, name="complaints")
app.add_typer(outbox_app, name="outbox")

_WITHOUT_SETTINGS = ("--help", "-h")


@app.callback()
def _start(context: typer.Context) -> None:
    if any(word in sys.argv for word in _WITHOUT_SETTINGS):
        return
    settings = read_settings()
    context.obj = settings.models_dir if context.invoked_subcommand == "models" else settings


@app.command()
def setup(context: typer.Context) -> None:
    """Fetch the models, make the database with the sample shop, train understanding, index the policies.

    Safe to run again: what is done already is skipped. Needs the network for the models only.
    """
    from service.setup import set_up

    set_up(_settings(context), Console())


@app.command()
def serve(
    context: typer.Context,
    host: Annotated[str | None, typer.Option(help="Address to listen on (KEFU_HOST).")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on (KEFU_PORT).", min=0, max=65535)] = None,
) -> None:
    """Serve the chat page and the agent endpoint, after setting up what is missing or has changed.

    The page is at `/`, the API at `/v1`, its description at `/schema`, metrics at `/metrics`.
    """
    # Importing the models' libraries makes millions of objects that stay; looking for cycles among them
    # costs a fifth of the start. The server switches the collector on again.
    gc.disable()
    from service.server import serve as run

    changes = {name: value for name, value in (("host", host), ("port", port)) if value is not None}
    run(_settings(context).model_copy(update=changes))


@app.command()
def ask(
    context: typer.Context,
    text: Annotated[str, typer.Argument(help="What the customer says.")],
    email: Annotated[str | None, typer.Option(help="Be the customer with this e-mail address.")] = None,
    trace: Annotated[
        bool, typer.Option("--trace", help="Show what was understood, found and decided.")
    ] = False,
) -> None:
    """Ask one question here in the terminal, without a server.

    Example: `kefu ask "退货运费谁出？"`
    """
    from service.ask import ask_once

    ask_once(_settings(context), text, email, trace, Console())


@app.command()
def doctor(context: typer.Context) -> None:
    """Check machine, models, database and index, and tell how to mend what is wrong."""
    from service.doctor import examine

    console = Console()
    healthy = examine(_settings(context), console)
    raise typer.Exit(0 if healthy else 1)


def _settings(context: typer.Context) -> Settings:
    found = context.find_root().obj
    assert isinstance(found, Settings)
    return found


@contextmanager
def _clear_errors() -> Iterator[None]:
    """One line for what can go wrong; a traceback only for what nobody foresaw."""
    from models.errors import ModelError as ModelFileError

    try:
        yield
    except SettingsError as error:
        _fail(f"settings: {error}")
    except ModelFileError as error:
        _fail(str(error))
    except KeyboardInterrupt:
        _fail("interrupted; run the same command again to go on where it stopped", 130)
    except Exception as error:
        if not _is_ours(error):
            raise
        _fail(str(error))


def _is_ours(error: Exception) -> bool:
    """Whether the error was raised on purpose, with a message for people."""
    from agent.language_model import ModelError
    from agent.understand.heads import HeadsUnusable
    from agent.understand.training import TrainingDataError
    from eval.tau.folder import TauDataError
    from knowledge.errors import KnowledgeError
    from prompts.sources import TextsUnusable
    from retrieval.errors import RetrievalError
    from service.setup import SetupError
    from tools.errors import ToolError

    ours = (
        ModelError,
        HeadsUnusable,
        TauDataError,
        KnowledgeError,
        TrainingDataError,
        RetrievalError,
        SetupError,
        TextsUnusable,
        ToolError,
        OSError,
    )
    return isinstance(error, ours)


def _fail(message: str, code: int = 1) -> None:
    Console(stderr=True).print(
        f"[bold red]error:[/] {escape(message)}", highlight=False, markup=True, soft_wrap=True
    )
    raise SystemExit(code)


def main() -> None:
    """The entry point."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        # Progress has to show at once in a log file too.
        sys.stdout.reconfigure(line_buffering=True)
    with _clear_errors():
        app()
