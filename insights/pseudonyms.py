"""Names for customers and orders that tell nobody who they are and stay the same from list to list."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass

DIGITS = 12


def pseudonym(kind: str, key: str, secret: bytes) -> str:
    """Twelve hex digits of the HMAC-SHA256 of kind and id with the installation's key; "" stays ""."""
    named = f"{kind}\0{key}".encode(errors="surrogatepass")
    return hmac.new(secret, named, hashlib.sha256).hexdigest()[:DIGITS] if key else ""


@dataclass(frozen=True, slots=True)
class Masks:
    """How ids and texts are shown. By default as they are, for a person who may see them."""

    customer: Callable[[str], str] = str
    order: Callable[[str], str] = str
    text: Callable[[str], str] = str
    staff: Callable[[str], str] = str


def masks(secret: bytes, text: Callable[[str], str]) -> Masks:
    """Pseudonyms for ids, and texts as `text` shows them."""
    return Masks(
        lambda key: pseudonym("customer", key, secret), lambda key: pseudonym("order", key, secret), text,
        lambda key: pseudonym("staff", key, secret),
    )  # fmt: skip
