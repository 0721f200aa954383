"""Where a message comes from, so that guesses are counted; kept as a digest, never as the address."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from pathlib import Path

from filelock import FileLock

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

KEY_FILE = "source.key"
KEY_BYTES = 32
# Whoever has one IPv6 address has at least the 2^64 beside it.
_IPV6_NEIGHBOURS = 64


def source_key(folder: Path) -> bytes:
    """The random key of this installation in `folder`; made at first need, for its owner's eyes only."""
    file = folder / KEY_FILE
    with FileLock(f"{file}.lock"):
        if not file.exists():
            partial = folder / f"{KEY_FILE}.partial"
            partial.unlink(missing_ok=True)
            descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as out:
                out.write(secrets.token_bytes(KEY_BYTES))
            partial.replace(file)
        return file.read_bytes()


@dataclass(frozen=True)
class Sources:
    """Names sources. `trusted` are the proxies whose X-Forwarded-For is believed.

    `channels` are the ones that have keys. Only they count apart: anybody can make up another name.
    """

    key: bytes = field(default_factory=lambda: secrets.token_bytes(KEY_BYTES), repr=False)
    trusted: Collection[Network] = ()
    channels: Collection[str] = ()

    def name(self, peer: str | None, forwarded: Sequence[str], channel: str) -> str:
        """HMAC-SHA256 (hex) of channel and client address; clients without an address are one source.

        `peer` is who is connected, `forwarded` the X-Forwarded-For headers.
        """
        known = channel if channel in self.channels else ""
        where = _neighbourhood(client_address(peer, forwarded, self.trusted))
        return hmac.new(self.key, f"{known}\0{where}".encode(), hashlib.sha256).hexdigest()


def client_address(
    peer: str | None, forwarded: Sequence[str], trusted: Collection[Network]
) -> Address | None:
    """The nearest address that is no trusted proxy. A proxy appends whom it saw, so we read from the end."""
    seen = _address(peer or "")
    hops = [hop for header in forwarded for hop in header.split(",")]
    while hops and seen is not None and any(seen in network for network in trusted):
        before = _address(hops.pop())
        if before is None:
            break
        seen = before
    return seen


def _address(text: str) -> Address | None:
    """An address, also as "192.0.2.1:5060" or "[2001:db8::1]:5060"; None for anything else."""
    bare = text.strip()
    if bare.startswith("["):
        bare = bare[1:].partition("]")[0]
    elif bare.count(":") == 1:
        bare = bare.partition(":")[0]
    try:
        found = ip_address(bare.partition("%")[0])
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return mapped or found


def _neighbourhood(address: Address | None) -> str:
    if isinstance(address, IPv6Address):
        return str(ip_network((address, _IPV6_NEIGHBOURS), strict=False))
    return str(address or "")
