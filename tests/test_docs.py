"""The documentation names what there is: settings, dependencies, endpoints, commands, files, templates."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import click
import msgspec
import pytest
import typer

import service.cli
from service.app import create_app
from service.settings import CONFIG_VARIABLE, PREFIX, ROOT, Settings
from service.turns import TurnService

PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
BESIDE_SETTINGS = {
    CONFIG_VARIABLE, "KEFU_CACHE_DIR", "KEFU_TEST_POSTGRES_URL", "KEFU_TEST_LLAMA_SERVER", "KEFU_TEST_CHROMIUM",
}  # fmt: skip
# Depends on the machine, so the page describes it in words.
COUNTED = {"KEFU_MODEL_THREADS"}

_ROW = re.compile(r"^\| `([^`]+)` \| (.*) \|$", re.MULTILINE)
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_SPAN = re.compile(r"`([^`\n]+)`")
_LINK = re.compile(r"\]\(([^)\s]+)\)")


def read(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def code(text: str) -> str:
    """What stands in code spans and shell blocks, a line each, without comments."""
    fences = [re.sub(r"\s# .*", "", body) for kind, body in _FENCE.findall(text) if kind == "sh"]
    return "\n".join([*fences, *_SPAN.findall(_FENCE.sub("", text))])


def blocks(page: str, kind: str) -> list[str]:
    found = [body for name, body in _FENCE.findall(read(ROOT / "docs" / page)) if name == kind]
    assert found, f"{page} has no {kind} block"
    return found


def documented_settings() -> dict[str, str]:
    """Every variable of the tables with its default."""
    rows = _ROW.findall(read(ROOT / "docs" / "settings.md"))
    return {name: rest.rsplit(" | ", 1)[-1].strip("`") for name, rest in rows if name.startswith(PREFIX)}


def shown(default: object) -> str:
    if isinstance(default, Path):
        return str(default.relative_to(ROOT)) if default.is_absolute() else str(default)
    return str(default).lower() if isinstance(default, bool) else str(default) or "empty"


def test_every_setting_is_documented_and_no_other() -> None:
    fields = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}
    assert set(documented_settings()) == fields | BESIDE_SETTINGS


def test_documented_defaults_are_the_real_ones() -> None:
    documented = documented_settings()
    for name, field in Settings.model_fields.items():
        variable = f"{PREFIX}{name.upper()}"
        if variable not in COUNTED:
            assert documented[variable] == shown(field.default), variable


def test_no_page_names_a_setting_that_does_not_exist() -> None:
    known = set(documented_settings()) | {PREFIX}
    for page in PAGES:
        assert set(re.findall(r"KEFU_[A-Z_]*", read(page))) <= known, page.name


def test_the_settings_file_of_the_page_can_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(CONFIG_VARIABLE, "/none")
    (example,) = blocks("settings.md", "toml")
    values = tomllib.loads(example)
    settings = Settings(**values)
    assert (settings.port, settings.sample_shop) == (values["port"], False)


def direct_dependencies() -> Iterator[str]:
    project = tomllib.loads(read(ROOT / "pyproject.toml"))
    for line in [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]:
        yield re.split(r"[\[<>=!~; ]", line, maxsplit=1)[0]


def test_every_direct_dependency_has_its_line_and_no_other() -> None:
    documented = [name for name, _ in _ROW.findall(read(ROOT / "docs" / "dependencies.md"))]
    assert sorted(documented) == sorted(direct_dependencies())


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    for target in _LINK.findall(_SPAN.sub("", _FENCE.sub("", read(page)))):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        found = page.parent / path if path else page
        assert found.exists(), f"{page.name}: {target}"
        assert not anchor or anchor in headings(found), f"{page.name}: no heading for {target}"


def headings(page: Path) -> set[str]:
    """Anchors as Markdown viewers make them."""
    lines = re.findall(r"^#+ (.+)$", _FENCE.sub("", read(page)), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", line.lower()).replace(" ", "-") for line in lines}


def test_documented_make_targets_exist() -> None:
    targets = set(re.findall(r"^([a-z]+):", read(ROOT / "Makefile"), re.MULTILINE))
    named = {name for page in PAGES for name in re.findall(r"\bmake ([a-z]+)", code(read(page)))}
    assert {"serve", "test"} <= named
    assert named <= targets


def commands() -> dict[str, set[str]]:
    """Commands of `kefu`, each with its own subcommands."""
    root = cast(click.Group, typer.main.get_command(service.cli.app))
    return {name: set(getattr(command, "commands", {})) for name, command in root.commands.items()}


def test_documented_commands_exist() -> None:
    known = commands()
    for page in PAGES:
        for name, below in re.findall(r"\bkefu ([a-z-]+)(?: ([a-z-]+))?", code(read(page))):
            assert name in known, f"{page.name}: kefu {name}"
            assert not (known[name] and below) or below in known[name], f"{page.name}: kefu {name} {below}"


def test_the_readme_names_every_command() -> None:
    text = code(read(ROOT / "README.md"))
    wanted = [f"kefu {name} {below}".strip() for name, group in commands().items() for below in group or {""}]
    assert [command for command in wanted if command not in text] == []


def test_documented_endpoints_are_the_real_ones() -> None:
    app = create_app(cast(TurnService, None), "test", 1)
    routes = {
        (method, route.path_format)
        for route in app.routes
        for method in getattr(route, "methods", ())
        if route.path_format.startswith(("/v1/", "/health/", "/metrics")) and method in ("GET", "POST", "PUT")
    }
    rows = [name.split(" ", 1) for name, _ in _ROW.findall(read(ROOT / "docs" / "api.md")) if " /" in name]
    assert {(method, path) for method, path in rows} == routes


def test_json_examples_are_json() -> None:
    for page in ("api.md", "shop-format.md"):
        for example in blocks(page, "json"):
            msgspec.json.decode(example)


def test_the_order_of_the_shop_format_page_can_be_read() -> None:
    from tools.codec import decode
    from tools.domain import Order

    (example,) = blocks("shop-format.md", "json")
    assert decode(Order, msgspec.json.decode(example)).total.amount == 129


def test_the_card_and_the_document_of_the_policies_page_can_be_read(tmp_path: Path) -> None:
    from retrieval.documents import load_documents
    from retrieval.passages import split_documents
    from tools.policy.return_card import load_return_card

    (tmp_path / "returns.md").write_text(blocks("policies.md", "markdown")[0], encoding="utf-8")
    (tmp_path / "card.yaml").write_text(blocks("policies.md", "yaml")[0], encoding="utf-8")
    documents, problems = load_documents(tmp_path)
    assert problems == []
    card = load_return_card(tmp_path / "card.yaml")
    assert card.no_reason.passage in {passage.topic for passage in split_documents(documents)}


def test_every_text_is_there_in_both_languages() -> None:
    names = {
        language: {path.name for path in (ROOT / "prompts" / language).glob("*.j2")}
        for language in ("zh", "en")
    }
    assert names["zh"] and names["zh"] == names["en"]


def test_the_voice_card_of_the_page_can_be_read(tmp_path: Path) -> None:
    from tools.policy.cards import load_card

    (tmp_path / "voice.card.yaml").write_text(blocks("voice.md", "yaml")[0], encoding="utf-8")
    assert load_card(tmp_path / "voice.card.yaml").id == "voice"


def test_the_approved_answer_of_the_policies_page_passes_the_checks() -> None:
    from datetime import date

    from knowledge.check import check_documents
    from retrieval.documents import Document, parse_document
    from retrieval.passages import split_document

    head = "---\nid: returns\ntitle: Returns\nlanguage: en\n---\n# Returns\n\n"
    read_back = parse_document(head + blocks("policies.md", "markdown")[1], Path("returns.md"))
    assert isinstance(read_back, Document)
    (passage,) = split_document(read_back)
    assert [len(answer.questions) for answer in passage.answers] == [2]
    found = check_documents([read_back], None, date(2026, 11, 22))
    assert [each for each in found if each.code.startswith("answers.")] == []
