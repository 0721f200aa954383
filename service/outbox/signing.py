"""The signature of a webhook: HMAC-SHA256 over the time and the body, as docs/notifications.md tells receivers."""

from __future__ import annotations

import hmac
from datetime import datetime
from hashlib import sha256
from typing import Final

HEADER: Final = "Kefu-Signature"


def signature(secret: str, body: bytes, now: datetime) -> str:
    """`t=<seconds since 1970>,v1=<hex>`; the time is signed too, so that an old request cannot be sent again."""
    moment = int(now.timestamp())
    digest = hmac.new(secret.encode(), f"{moment}.".encode() + body, sha256).hexdigest()
    return f"t={moment},v1={digest}"
