"""How each department is reached, as the settings name it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, model_validator

ANY_OTHER: Final = "*"
SmtpSecurity = Literal["starttls", "tls", "none"]
LEAST_SECRET_BYTES: Final = 32
# One bare address, or none.
MAIL_ADDRESS: Final = r"^([A-Za-z0-9.!#$%&'*+/=?^_{|}~-]+@[A-Za-z0-9.-]+)?$"


def _signing(secret: SecretStr) -> SecretStr:
    if len(secret.get_secret_value().encode(errors="surrogatepass")) < LEAST_SECRET_BYTES:
        raise ValueError(f"a secret needs at least {LEAST_SECRET_BYTES} bytes")
    return secret


class Department(BaseModel):
    """Either `webhook` with the `secret` that signs it, or `email` with the language of its mails."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    webhook: str = ""
    secret: Annotated[SecretStr, AfterValidator(_signing)] | None = None
    email: Annotated[str, Field(max_length=254, pattern=MAIL_ADDRESS)] = ""
    language: Literal["zh", "en"] = "zh"

    @model_validator(mode="after")
    def _one_way(self) -> Department:
        if bool(self.webhook) == bool(self.email):
            raise ValueError("either a webhook or an email is needed")
        if bool(self.webhook) != (self.secret is not None):
            raise ValueError("a webhook needs a secret, and an email none")
        return self


Departments = dict[Annotated[str, Field(min_length=1, max_length=100)], Department]


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """`sender` is the address that mails come from; times are in seconds, for one mail."""

    host: str
    port: int
    security: SmtpSecurity
    user: str
    password: SecretStr
    sender: str
    step_s: float = 10.0
    whole_s: float = 20.0
