"""The one object that says how this installation runs; read once, at the start, and passed on.

Values come from `KEFU_*` variables, then from the file that `KEFU_CONFIG` names (TOML, by default
`kefu.toml` in the working folder, if there is one), then from the defaults below.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    IPvAnyNetwork,
    SecretStr,
    ValidationError,
    field_validator,
)
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from service.outbox.departments import MAIL_ADDRESS, Departments, SmtpSecurity
from service.schema import LONGEST_DEADLINE_MS, SHORTEST_DEADLINE_MS

ROOT = Path(__file__).resolve().parent.parent
PREFIX = "KEFU_"
CONFIG_VARIABLE = "KEFU_CONFIG"
LEAST_SECRET_BYTES = 32
# What they hold is not for a terminal or a log.
_HIDDEN = frozenset(
    {
        "author_token",
        "channel_keys",
        "database_url",
        "departments",
        "model",
        "model_api_key",
        "order_api_token",
        "order_api_url",
        "smtp_password",
        "staff_token",
    }
)


class SettingsError(ValueError):
    """A setting that cannot be used; the message names the variable and what it should be."""


def _from_json(value: object) -> object:
    """A variable holds JSON; a file has lists and tables of its own."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        raise ValueError("has to be JSON") from None


def _listed(value: object) -> object:
    return [value] if isinstance(value, str | SecretStr) else value


def _long_enough(secret: SecretStr) -> SecretStr:
    if len(secret.get_secret_value().encode(errors="surrogatepass")) < LEAST_SECRET_BYTES:
        raise ValueError(f"a secret needs at least {LEAST_SECRET_BYTES} bytes")
    return secret


def _absent_or_long(secret: SecretStr) -> SecretStr:
    return _long_enough(secret) if secret.get_secret_value() else secret


Secrets = Annotated[
    list[Annotated[SecretStr, AfterValidator(_long_enough)]],
    BeforeValidator(_listed),
    Field(min_length=1, max_length=2),
]
Channel = Annotated[str, Field(min_length=1, max_length=64)]
DeadlineMs = Annotated[int, Field(strict=True, ge=SHORTEST_DEADLINE_MS, le=LONGEST_DEADLINE_MS)]


class Settings(BaseSettings):
    """See `docs/settings.md`; a test holds that every field is described there."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, frozen=True, extra="forbid", hide_input_in_errors=True
    )

    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8000
    trusted_proxies: Annotated[list[IPvAnyNetwork], NoDecode, BeforeValidator(_from_json)] = []
    author_token: Annotated[SecretStr, AfterValidator(_absent_or_long)] = SecretStr("")
    staff_token: Annotated[SecretStr, AfterValidator(_absent_or_long)] = SecretStr("")
    channel_keys: Annotated[dict[Channel, Secrets], NoDecode, BeforeValidator(_from_json)] = {}
    channel_deadlines: Annotated[dict[Channel, DeadlineMs], NoDecode, BeforeValidator(_from_json)] = {}
    departments: Annotated[Departments, NoDecode, BeforeValidator(_from_json)] = {}
    outbox_give_up_days: Annotated[float, Field(gt=0, le=365)] = 3.0
    outbox_timeout_s: Annotated[float, Field(gt=0, le=60)] = 10.0
    outbox_plain_http: bool = False
    smtp_host: str = ""
    smtp_port: Annotated[int, Field(ge=0, le=65535)] = 0
    smtp_security: SmtpSecurity = "starttls"
    smtp_user: str = ""
    smtp_password: SecretStr = SecretStr("")
    smtp_from: Annotated[str, Field(pattern=MAIL_ADDRESS)] = ""
    data_dir: Path = Path(".kefu")
    database_url: str = ""
    order_api_url: str = ""
    order_api_token: SecretStr = SecretStr("")
    order_api_timeout_s: Annotated[float, Field(gt=0, le=300)] = 25.0
    order_api_read_s: Annotated[float, Field(gt=0, le=300)] = 10.0
    order_api_plain_http: bool = False
    policies_dir: Path = ROOT / "examples" / "policies"
    training_dir: Path = ROOT / "examples" / "training"
    sample_shop: bool = True
    sample_seed: int = 7
    model: str = "qwen2.5-coder-1.5b"
    embedding: str = "multilingual-e5-small"
    model_source: str = "auto"
    model_api_key: SecretStr = SecretStr("")
    model_plain_http: bool = False
    model_parallel: Annotated[int, Field(ge=1, le=256)] = 1
    model_threads: Annotated[int, Field(ge=1, le=256)] = min(os.cpu_count() or 1, 8)
    model_context: Annotated[int, Field(ge=512, le=131_072)] = 2048
    model_wait_s: Annotated[float, Field(gt=0, le=600)] = 45.0
    model_queue: Annotated[int, Field(ge=1, le=10_000)] = 64
    phrasing: Literal["auto", "quote", "write"] = "auto"
    reply_tokens: Annotated[int, Field(ge=16, le=1024)] = 160
    state_cache_mb: Annotated[int, Field(ge=0, le=1_000_000)] = 2048
    state_memory_mb: Annotated[int, Field(ge=0, le=1_000_000)] = 256
    turns_at_once: Annotated[int, Field(ge=1, le=512)] = 64
    turns_waiting: Annotated[int, Field(ge=0, le=100_000)] = 256
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    @field_validator("data_dir", "policies_dir", "training_dir")
    @classmethod
    def _absolute(cls, path: Path) -> Path:
        return path.expanduser().absolute()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        file = Path(os.environ.get(CONFIG_VARIABLE, "kefu.toml"))
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, toml_file=file)

    @property
    def models_dir(self) -> Path:
        return self.data_dir / "models"

    @property
    def snapshots_dir(self) -> Path:
        return self.data_dir / "snapshots"

    @property
    def runs_dir(self) -> Path:
        return self.data_dir / "runs"

    @property
    def heads_path(self) -> Path:
        return self.data_dir / "heads.bin"

    @property
    def states_dir(self) -> Path:
        return self.data_dir / "states"

    @property
    def database(self) -> str:
        """The database's URL; a file in the data folder unless one is set."""
        return self.database_url or f"sqlite:///{self.data_dir / 'kefu.sqlite3'}"


def read_settings() -> Settings:
    """Read variables and file. Raises `SettingsError` naming each bad or unknown variable."""
    named = os.environ.get(CONFIG_VARIABLE)
    if named and not Path(named).is_file():
        raise SettingsError(f"{CONFIG_VARIABLE}: there is no file {named}")
    known = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields} | {
        CONFIG_VARIABLE,
        "KEFU_CACHE_DIR",
    }
    unknown = sorted(
        name for name in os.environ if name.startswith(PREFIX) and name not in known and "_TEST_" not in name
    )
    if unknown:
        raise SettingsError(f"unknown setting: {', '.join(unknown)} (docs/settings.md lists all)")
    try:
        return Settings()
    except ValidationError as error:
        # Without its cause: that one prints where in the value the mistake is, and so a part of the value.
        raise SettingsError("\n".join(map(_line, error.errors()))) from None
    except ValueError as error:
        raise SettingsError(f"{named or 'kefu.toml'}: {error}") from error


def _line(error: Any) -> str:
    """What is wrong with which variable; its value only where that cannot be a secret."""
    name = str(error["loc"][0])
    shown = name in Settings.model_fields and name not in _HIDDEN
    return f"{PREFIX}{name.upper()}: {error['msg']}" + (f", not {error['input']!r}" if shown else "")
