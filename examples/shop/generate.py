"""Make the sample shop: `python -m examples.shop.generate --seed 7 --out shop.json`."""

import argparse
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from examples.shop.cast import cast, demo
from examples.shop.catalogue import Catalogue, load_catalogue
from examples.shop.files import read
from examples.shop.people import make_customers
from examples.shop.places import load_places
from examples.shop.shopping import Shopper
from examples.shop.stories import STORIES
from examples.shop.world import Mint, World, whole_seconds
from tools.domain import Customer, DomainError, Order, Shop, Text, require_aware
from tools.shopdata.shop_file import dump_shop

NAME = Text("青禾优选", "Greenleaf Select")
MADE_UP_CUSTOMERS = 184
WITHOUT_ORDERS = 18


def generate(seed: int, now: datetime) -> Shop:
    """The shop as it stands at `now`: the same for the same seed and moment.

    Raises `DomainError` when `now` has no timezone. Nothing in it but expected dates lies after `now`.
    """
    require_aware(now, "now")
    now, rng = whole_seconds(now), Random(seed)
    places, catalogue = load_places(), load_catalogue()
    stars, their_orders = cast(now, places, catalogue)
    taken = {word for star in stars for word in (star.name, star.email, star.phone)}
    extras = make_customers(rng, places, len(stars) + 1, MADE_UP_CUSTOMERS, taken)
    orders = list(_orders(World(now, rng, Mint(rng, "23456789"), places), catalogue, extras))
    return Shop(
        name=NAME,
        currency="CNY",
        sample=True,
        products=catalogue.products,
        customers=(*stars, *extras),
        orders=(*their_orders, *sorted(orders, key=lambda order: (order.placed_at, order.id))),
        extras={"demo": demo()},
    )


def _orders(world: World, catalogue: Catalogue, customers: Sequence[Customer]) -> Iterator[Order]:
    """Few customers buy more than four times; the last `WITHOUT_ORDERS` have only looked around so far."""
    buyers = list(customers[:-WITHOUT_ORDERS])
    turns = [*buyers, *buyers, *buyers[:90], *buyers[:90], *(buyers[:14] * 3)]
    world.rng.shuffle(turns)
    shopper = Shopper(world, catalogue)
    for row in read("mix.yaml"):
        wish, (low, high) = row.get("wish", ""), row["ago"]
        for _ in range(row["count"]):
            customer = next(one for one in turns if shopper.can(one, wish))
            turns.remove(customer)
            draft = shopper.draft(customer, wish)
            yield STORIES[row["story"]](world, draft, world.rng.uniform(low, high + 1))


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="examples.shop.generate", description="Make the sample shop.")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--out", type=Path, required=True, metavar="FILE")
    parser.add_argument("--now", help="ISO 8601 with an offset; without it, the present")
    options = parser.parse_args(arguments)
    try:
        now = datetime.fromisoformat(options.now) if options.now else datetime.now(UTC)
        options.out.write_text(dump_shop(generate(options.seed, now)), encoding="utf-8")
    except (DomainError, ValueError, OSError) as error:
        print(f"Nothing was written: {error}", file=sys.stderr)
        return 2
    print(f"Wrote {options.out}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
