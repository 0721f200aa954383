"""`kefu models`: what a person sees, and the status a script sees."""

from __future__ import annotations

from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from models import cli
from models.catalogue import CATALOGUE, named
from models.cli import app
from models.errors import UnknownModel
from tests.models.makers import CONTENT, tiny_model

run = CliRunner().invoke


@pytest.fixture
def tiny(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("catalogue", "verify"):
        monkeypatch.setattr(f"models.{module}.CATALOGUE", (tiny_model(),))


def test_list_shows_what_there_is_and_what_is_here(home: Path) -> None:
    result = run(app, ["list", "--models-dir", str(home)], env={"COLUMNS": "200"})
    assert result.exit_code == 0
    for model in CATALOGUE:
        assert model.name in result.output
    assert result.output.count("not pulled") == len(CATALOGUE)
    assert not home.exists()


@pytest.mark.usefixtures("tiny")
def test_pull_then_list_then_verify(home: Path, tmp_path: Path) -> None:
    (tmp_path / "tiny.gguf").write_bytes(CONTENT)
    folder = ["--models-dir", str(home)]
    result = run(app, ["pull", "tiny", "--source", str(tmp_path), *folder])
    assert (result.exit_code, result.stdout) == (0, f"tiny: {home / 'tiny.gguf'}\n")
    assert "0 MB" in run(app, ["list", *folder], env={"COLUMNS": "200"}).output
    verified = run(app, ["verify", *folder], env={"COLUMNS": "200"})
    assert verified.exit_code == 0
    assert "SHA-256 is right" in verified.output


@pytest.mark.usefixtures("tiny")
def test_verify_fails_for_a_damaged_model_and_says_what_to_do(home: Path) -> None:
    home.mkdir()
    (home / "tiny.gguf").write_bytes(CONTENT[:-1] + b"?")
    result = run(app, ["verify", "--models-dir", str(home)])
    assert result.exit_code == 1
    assert "`kefu models pull tiny`" in result.stderr


@pytest.mark.usefixtures("tiny")
def test_a_missing_model_fails_only_when_it_was_named(home: Path) -> None:
    assert run(app, ["verify", "--models-dir", str(home)]).exit_code == 0
    assert run(app, ["verify", "tiny", "--models-dir", str(home)]).exit_code == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["pull", "nonsense"], "'nonsense' is no model in the catalogue"),
        (["pull", "multilingual-e5-small", "--source", "moon"], "'moon' is no source"),
        (["pull", "multilingual-e5-small", "--source", "hub"], "hub: http://127.0.0.1:9"),
        (["verify", "nonsense"], "'nonsense' is no model in the catalogue"),
    ],
)
def test_an_error_is_one_line_and_a_status(home: Path, arguments: list[str], words: str) -> None:
    result = run(app, [*arguments, "--models-dir", str(home)])
    assert result.exit_code == 1
    assert result.stderr.strip().splitlines()[-1].startswith(f"error: {words}")
    assert "Traceback" not in result.output
    assert not (home / "multilingual-e5-small").exists()


def test_an_interruption_is_no_failure_of_the_program(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_args: object) -> Path:
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "pull_model", interrupted)
    result = run(app, ["pull", "multilingual-e5-small", "--models-dir", str(home)])
    assert result.exit_code == 130
    assert "run the same command again" in result.stderr


def test_the_folder_comes_from_the_command_that_holds_this_one(home: Path) -> None:
    kefu = typer.Typer()
    kefu.add_typer(app, name="models")

    @kefu.callback()
    def settings(context: typer.Context) -> None:
        context.obj = home

    home.mkdir()
    (home / "qwen2.5-coder-0.5b-instruct-q4_k_m.gguf").write_bytes(b"GGUF")
    result = run(kefu, ["models", "verify"], env={"COLUMNS": "200"})
    assert "4 bytes instead of 491,400,064" in result.output
    assert result.exit_code == 1


@pytest.mark.parametrize("command", ["list", "pull", "verify"])
def test_help_teaches(command: str) -> None:
    result = run(app, [command, "--help"], env={"COLUMNS": "120", "TERM": "dumb"})
    assert result.exit_code == 0
    assert "--models-dir" in result.output
    assert len(result.output) > 400


def test_every_entry_of_the_catalogue_adds_up() -> None:
    assert len({model.name for model in CATALOGUE}) == len(CATALOGUE)
    for model in CATALOGUE:
        for recipe in model.recipes:
            for file in recipe.files:
                assert len(file.sha256) == 64
                assert file.hub or file.parts
                assert not file.parts or sum(part.size for part in file.parts) == file.size
                assert len({(part.project, part.member) for part in file.parts}) == len(file.parts)
    with pytest.raises(UnknownModel, match="multilingual-e5-small"):
        named("absent")
