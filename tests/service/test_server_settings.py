"""A model server by one setting: what set-up, doctor and the parts make of it; deadlines of channels."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.console import Console

from agent.language_model import CancelToken, ModelError, Prompt
from agent.openai_model import OpenAICompatibleModel
from service import doctor, setup
from service.settings import Settings, SettingsError, read_settings
from service.wiring import load_model
from tests.agent.chat_server import Asked, ChatServer, plain, says, serving

KEY = "sk-secret-0123456789"
QUIET = Console(quiet=True)


@pytest.fixture(autouse=True)
def nowhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)


def obedient(asked: Asked) -> None:
    says("true" if "response_format" in asked.json else "Two.")(asked)


@pytest.fixture
def server() -> Iterator[ChatServer]:
    with serving(obedient) as found:
        yield found


def check(settings: Settings) -> str:
    return dict(doctor.CHECKS)["language model"](settings)


def run(title: str, settings: Settings) -> str:
    (step,) = [step for step in setup.STEPS if step.title == title]
    return step.run(settings, QUIET)


def test_one_setting_makes_the_model_a_server(monkeypatch: pytest.MonkeyPatch, server: ChatServer) -> None:
    monkeypatch.setenv("KEFU_MODEL", server.url)
    monkeypatch.setenv("KEFU_MODEL_API_KEY", KEY)
    model = load_model(read_settings())
    assert isinstance(model, OpenAICompatibleModel)
    assert "".join(model.stream(Prompt("s", "", "q"), 5, CancelToken())) == "Two."
    assert server.asked[0].headers["authorization"] == f"Bearer {KEY}"
    model.close()


def test_set_up_fetches_no_file_for_a_server(server: ChatServer, tmp_path: Path) -> None:
    (tmp_path / "embedding").mkdir()
    (tmp_path / "embedding" / "config.json").write_text("{}")
    settings = Settings(
        model=server.url,
        embedding=str(tmp_path / "embedding"),
        data_dir=tmp_path / "data",
        model_source="/none",
    )
    assert f"a server at 127.0.0.1:{server.port}" in run("Models", settings)
    assert "not needed" in run("Prompt states", settings)
    assert not (tmp_path / "data").exists()


def test_set_up_prints_no_password_of_an_address(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    settings = Settings(model=f"https://me:{KEY}@example.com/v1", embedding=str(tmp_path))
    with pytest.raises(ModelError, match="does not belong there") as caught:
        run("Models", settings)
    assert KEY not in str(caught.value)


def test_doctor_tries_text_and_a_schema(server: ChatServer) -> None:
    assert check(Settings(model=server.url)) == f"{server.url}#tiny"
    assert ["response_format" in asked.json for asked in server.asked] == [False, True]


def test_doctor_finds_a_server_that_ignores_schemas(server: ChatServer) -> None:
    server.behaviour = says("Sure! It is true.")
    with pytest.raises(doctor.Sick, match="JSON schema"):
        check(Settings(model=server.url))


def test_doctor_says_what_to_do_about_a_server_that_refuses(server: ChatServer) -> None:
    server.listing = plain(401, "application/json", json.dumps({"error": {"message": "no key"}}))
    with pytest.raises(doctor.Sick, match="refuses the key") as caught:
        check(Settings(model=server.url))
    assert "KEFU_MODEL_API_KEY" in caught.value.remedy


def test_plain_http_elsewhere_needs_its_setting() -> None:
    with pytest.raises(ModelError, match="plain http is for the loopback only"):
        load_model(Settings(model="http://10.255.255.1:8080/v1"))


def test_a_file_writes_one_answer_at_a_time(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="KEFU_MODEL_PARALLEL"):
        load_model(Settings(model=str(tmp_path / "a.gguf"), model_parallel=2))


def test_the_key_is_in_nothing_that_is_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEFU_MODEL_API_KEY", KEY)
    settings = read_settings()
    assert KEY not in f"{settings!r} {settings.model_dump()} {settings.model_dump_json()}"


def test_deadlines_of_channels_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEFU_CHANNEL_DEADLINES", '{"wechat": 4500}')
    assert read_settings().channel_deadlines == {"wechat": 4500}


@pytest.mark.parametrize(
    "value",
    ["4500", "{", '{"wechat": 99}', '{"wechat": 600001}', '{"wechat": "4500"}', '{"": 4500}', '{"a": 1.5}'],
)
def test_a_deadline_that_makes_no_sense_is_named(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("KEFU_CHANNEL_DEADLINES", value)
    with pytest.raises(SettingsError, match="KEFU_CHANNEL_DEADLINES"):
        read_settings()
