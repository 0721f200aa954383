"""The token with which the shop's own people see complaints and insights: set by the shop, or made once by itself."""

from __future__ import annotations

import hmac
import os
import secrets
from pathlib import Path
from typing import Any

from filelock import FileLock
from litestar.connection import ASGIConnection
from litestar.exceptions import NotAuthorizedException, NotFoundException
from litestar.handlers.base import BaseRouteHandler

from service.settings import Settings, SettingsError

TOKEN_FILE = "staff.token"
TOKEN_BYTES = 32


def staff_token(settings: Settings) -> str:
    """The token of `KEFU_STAFF_TOKEN`, else the one kept in the data folder. Raises `SettingsError` for an empty file."""
    return settings.staff_token.get_secret_value() or kept_token(settings.data_dir)


def kept_token(folder: Path) -> str:
    """The random token of this installation in `folder`; made at first need, for its owner's eyes only."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / TOKEN_FILE
    with FileLock(f"{file}.lock"):
        if not file.exists():
            partial = folder / f"{TOKEN_FILE}.partial"
            partial.unlink(missing_ok=True)
            descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w", encoding="ascii") as out:
                out.write(f"{secrets.token_hex(TOKEN_BYTES)}\n")
            partial.replace(file)
        token = file.read_text(encoding="utf-8", errors="replace").strip()
    if not token:
        raise SettingsError(f"{file} is empty; delete it for a new token, or set KEFU_STAFF_TOKEN")
    return token


def needs_staff(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """Guard of every route for the shop's own people; `create_app` puts their token into the state."""
    expected: str = connection.app.state.staff_token
    if not expected:
        raise NotFoundException(
            "the staff's endpoints are off: this server was started without a staff token"
        )
    scheme, _space, given = connection.headers.get("authorization", "").partition(" ")
    same = hmac.compare_digest(given.strip().encode("utf-8", "replace"), expected.encode())
    if scheme.lower() != "bearer" or not same:
        raise NotAuthorizedException(
            f"staff need the bearer token of KEFU_STAFF_TOKEN, or of {TOKEN_FILE} in the data folder",
            headers={"WWW-Authenticate": "Bearer"},
        )
