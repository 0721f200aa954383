"""Where parcels go: districts in China and cities abroad, with what the way there costs and takes."""

from dataclasses import dataclass
from typing import Any

from examples.shop.files import both, read
from tools.domain import Address, Category, Money, Text

CHINA = Text("中国", "China")
CARRIED_ONLY_AT_HOME = frozenset(
    {Category.FRESH_FOOD, Category.FOOD, Category.LARGE_APPLIANCES, Category.FURNITURE}
)


@dataclass(frozen=True, slots=True)
class Place:
    """`days` is how long a parcel travels; `hours` when it arrives, by the clock in Hangzhou."""

    country: str
    land: Text
    region: Text
    city: Text
    district: Text
    postcode: str
    days: tuple[int, int]
    hours: tuple[int, int]
    fee: Money
    free_from: Money | None
    remote: bool = False
    streets: tuple[str, ...] = ()
    phone: str = ""

    @property
    def home(self) -> bool:
        return self.country == "CN"

    def shipping(self, goods: Money) -> Money:
        """What standard delivery of goods worth this much costs."""
        free = self.free_from is not None and goods >= self.free_from
        return Money.zero() if free else self.fee

    def takes(self, category: Category) -> bool:
        """Whether goods of this kind are sent here."""
        if self.home:
            return not (self.remote and category is Category.FRESH_FOOD)
        return category not in CARRIED_ONLY_AT_HOME


Places = dict[tuple[str, str], Place]
"""By country and postcode, which both stand in every address."""


def load_places() -> Places:
    data = read("people.yaml")
    districts = [_district(row, line) for row in data["cities"] for line in row["districts"]]
    cities = [_abroad(row, postcode) for row in data["abroad"] for postcode in row["postcodes"]]
    return {(place.country, place.postcode): place for place in (*districts, *cities)}


def place_of(places: Places, address: Address) -> Place:
    return places[address.country, address.postcode]


def _district(row: dict[str, Any], line: str) -> Place:
    remote = row.get("remote", False)
    names, postcode = line.rsplit("|", 1)
    return Place(
        country="CN",
        land=CHINA,
        region=Text(*row["region"]),
        city=Text(row["zh"], row["en"]),
        district=both(names, "|"),
        postcode=postcode.strip(),
        days=(5, 8) if remote else (2, 5),
        hours=(10, 20),
        fee=Money.parse("15.00" if remote else "8.00"),
        free_from=Money.parse("199.00" if remote else "99.00"),
        remote=remote,
    )


def _abroad(row: dict[str, Any], postcode: str) -> Place:
    city = Text(row["zh"], row["en"])
    return Place(
        country=row["country"],
        land=both(row["land"]),
        region=Text(row["region"], row["region"]),
        city=city,
        district=city,
        postcode=postcode,
        days=tuple(row["days"]),
        hours=tuple(row["hours"]),
        fee=Money.parse(row["fee"]),
        free_from=None,
        streets=tuple(row["streets"]),
        phone=row["phone"],
    )
