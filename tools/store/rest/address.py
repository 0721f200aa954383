"""Where the shop's system is and how long it is waited for; which addresses are safe to ask."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from ipaddress import ip_address
from urllib.parse import quote

import httpx

from tools.errors import StoreUnavailable


@dataclass(frozen=True, slots=True)
class ApiSettings:
    """Times are in seconds, for one call with all its tries where nothing else is said.

    `connect_s`: until a connection stands; `read_s`: between two pieces of an answer; `whole_s`: everything,
    tries and pauses included. `longest_pause_s`: between two tries; a `Retry-After` beyond it is not waited
    for. After `failures` tries in a row without an answer nobody is asked for `rest_s`.
    """

    url: str
    token: str = field(default="", repr=False)
    connect_s: float = 3.0
    read_s: float = 10.0
    whole_s: float = 25.0
    tries: int = 4
    longest_pause_s: float = 5.0
    answer_bytes: int = 8_000_000
    failures: int = 6
    rest_s: float = 15.0
    plain_http: bool = False

    def __post_init__(self) -> None:
        if problem := problem_of(self.url, self.plain_http):
            raise StoreUnavailable(f"the order API's address: {problem}")
        if not self.token.isascii() or not self.token.isprintable():
            raise StoreUnavailable("the order API's token: only printable ASCII can be sent")


def problem_of(url: str, plain_http: bool) -> str:
    """Why an address is not safe to ask; "" for one that is."""
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL as error:
        return str(error)
    if parsed.scheme not in ("http", "https") or not parsed.host:
        return "https://host/path is needed"
    if parsed.userinfo or parsed.query or parsed.fragment:
        return "a name, a query or a fragment does not belong there"
    if parsed.scheme == "http" and not plain_http and not is_loopback(parsed.host):
        return f"plain http is for the loopback only, not for {parsed.host}"
    return ""


def is_loopback(host: str) -> bool:
    """Whether a host is this machine by its name alone."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def askable(key: str) -> bool:
    """Whether an id can stand in a path.

    Encoded or not, some proxies read a slash or dots as a way to another path, so ids have none.
    """
    return 0 < len(key) <= 200 and key.isprintable() and not set(key) & {"/", "\\"} and key.strip(". ") != ""


def path_of(parts: Iterable[str]) -> str:
    """Every part percent-encoded. Raises `ValueError` for one that is not `askable`."""
    found = list(parts)
    for part in found:
        if not askable(part):
            raise ValueError(f"{part!r} cannot stand in a path")
    return "/".join(quote(part, safe="") for part in found)
