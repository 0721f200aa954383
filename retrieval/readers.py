"""Who reads, and for whom a text is meant."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Audience = Literal["customers", "staff"]


@dataclass(frozen=True, slots=True)
class Reader:
    """Who a search is for; None is not known.

    `region` may be finer than what documents name: a reader in `CN-浙江` is also in `CN`.
    """

    audience: Audience = "customers"
    region: str | None = None
    channel: str | None = None
    tier: str | None = None


CUSTOMER = Reader()


@dataclass(frozen=True, slots=True)
class Scope:
    """For whom a text is: an empty tuple is for everybody, case does not matter."""

    audience: Audience = "customers"
    regions: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    tiers: tuple[str, ...] = ()

    def admits(self, reader: Reader) -> bool:
        """Whether `reader` may see it. What is limited is not shown to someone of whom that is unknown.

        Staff may read what customers read, never the other way round.
        """
        return (
            (self.audience == "customers" or reader.audience == "staff")
            and (not self.regions or any(_inside(reader.region, region) for region in self.regions))
            and (not self.channels or _among(reader.channel, self.channels))
            and (not self.tiers or _among(reader.tier, self.tiers))
        )


def _inside(place: str | None, region: str) -> bool:
    return f"{place or ''}-".casefold().startswith(f"{region}-".casefold())


def _among(value: str | None, names: tuple[str, ...]) -> bool:
    return value is not None and value.casefold() in {name.casefold() for name in names}
