"""What every story is told with: the present moment, chance, and numbers that are used once."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from random import Random

from examples.shop.places import Places

# China has kept UTC+8 without summer time since 1991, so no time zone database is needed.
HANGZHOU = timezone(timedelta(hours=8))


@dataclass(slots=True)
class Mint:
    """Numbers that never repeat. Two mints with other `leading` digits never meet."""

    rng: Random
    leading: str
    used: set[str] = field(default_factory=set)

    def number(self, prefix: str, digits: int) -> str:
        """For example "W" and 7 → "W4180362"."""
        while True:
            rest = self.rng.randrange(10 ** (digits - 1))
            made = f"{prefix}{self.rng.choice(self.leading)}{rest:0{digits - 1}d}"
            if made not in self.used:
                self.used.add(made)
                return made


@dataclass(frozen=True, slots=True)
class World:
    now: datetime
    rng: Random
    mint: Mint
    places: Places

    def between(self, low: float, high: float) -> float:
        return self.rng.uniform(low, high)

    def ago(self, hours: float) -> datetime:
        return whole_seconds(self.now - timedelta(hours=hours))

    def after(self, moment: datetime, low: float, high: float) -> datetime:
        """Somewhere between `low` and `high` hours after `moment`."""
        return whole_seconds(moment + timedelta(hours=self.between(low, high)))

    def day(self, days_ago: int, hours: tuple[int, int]) -> datetime:
        """A time of that day in Hangzhou (negative: still to come), between two hours of its clock."""
        today = self.now.astimezone(HANGZHOU).replace(hour=0, minute=0, second=0, microsecond=0)
        seconds = self.rng.randrange(hours[0] * 3600, hours[1] * 3600)
        return (today + timedelta(days=-days_ago, seconds=seconds)).astimezone(UTC)


def whole_seconds(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(microsecond=0)
