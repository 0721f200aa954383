"""A parcel's way as its carrier tells it, from `tracking.yaml`."""

from datetime import datetime, timedelta
from typing import Any

from examples.shop.files import read
from examples.shop.places import Place
from examples.shop.world import World, whole_seconds
from tools.domain import Shipment, Text, TrackingEvent

HOME_CITY = "杭州市"


def _data() -> Any:
    return read("tracking.yaml")


def dispatch(world: World, place: Place, tracking_no: str = "") -> tuple[Text, str]:
    """A carrier and a tracking number; a given number (the cast's) names its carrier itself."""
    carriers = _data()["carriers"]
    if tracking_no:
        carrier = next(row for row in carriers if tracking_no.startswith(row["code"]))
    else:
        carrier = world.rng.choices(carriers, (5, 3, 2))[0] if place.home else carriers[0]
    return Text(carrier["zh"], carrier["en"]), tracking_no or world.mint.number(carrier["code"], 13)


def travelling(
    world: World, place: Place, sent: tuple[datetime, datetime], *, number: str = "", stops: int = 99
) -> Shipment:
    """A parcel that left at `sent[0]` and should arrive at `sent[1]`; it has said at most `stops` things."""
    carrier, tracking_no = dispatch(world, place, number)
    events = [event for event in _events(place, *sent) if event.at <= world.now]
    return Shipment(carrier, tracking_no, sent[0], None, _promise(sent[1]), tuple(events[:stops]))


def arrived(world: World, place: Place, sent: tuple[datetime, datetime], *, number: str = "") -> Shipment:
    """The same parcel after it was handed over at `sent[1]`. About one in eight came a day late."""
    carrier, tracking_no = dispatch(world, place, number)
    late = timedelta(days=1 if sent[1] - sent[0] > timedelta(days=2) and world.rng.random() < 0.12 else 0)
    words = Text(*world.rng.choice(_data()["signed"])) if place.home else Text(*_data()["signed"][0])
    signed = TrackingEvent(sent[1], _fill(place, ["{district}", "{district}"]), words)
    events = (*_events(place, *sent), signed)
    return Shipment(carrier, tracking_no, sent[0], sent[1], _promise(sent[1]) - late, events)


def _promise(arrival: datetime) -> datetime:
    """Carriers promise a day, not a minute: 20:00 in Hangzhou of the day of arrival."""
    evening = arrival.replace(hour=12, minute=0, second=0)
    return evening if evening >= arrival else evening + timedelta(days=1)


def _events(place: Place, start: datetime, end: datetime) -> list[TrackingEvent]:
    rows = _data()["domestic" if place.home else "abroad"]
    return [
        TrackingEvent(_when(row, start, end), _fill(place, row["place"]), _fill(place, row["text"]))
        for row in rows
        if _passes(row, place)
    ]


def _passes(row: dict[str, Any], place: Place) -> bool:
    """Parcels for Hangzhou never leave it; only those for remote regions change hubs on the way."""
    stays = place.home and place.city.zh == HOME_CITY
    return not (row.get("leaves") and stays) and (place.remote or not row.get("remote"))


def _when(row: dict[str, Any], start: datetime, end: datetime) -> datetime:
    if "before" in row:
        return whole_seconds(end - timedelta(hours=row["before"]))
    return whole_seconds(start + (end - start) * row["share"])


def _fill(place: Place, words: list[str]) -> Text:
    zh, en = words
    return Text(
        zh.format(city=place.city.zh.removesuffix("市"), land=place.land.zh, district=place.district.zh),
        en.format(city=place.city.en, land=place.land.en, district=place.district.en),
    )
