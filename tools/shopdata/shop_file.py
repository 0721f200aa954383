"""The shop file: a whole shop as one JSON text, as docs/shop-format.md describes it."""

from __future__ import annotations

import json
import re

from tools.codec import DecodeError, decode, encode
from tools.domain import Shop
from tools.errors import ImportRefused
from tools.shopdata.checks import problems_of

CURRENCY = re.compile(r"[A-Z]{3}")


def dump_shop(shop: Shop) -> str:
    """Write what `load_shop` reads; ends in a newline."""
    return json.dumps(encode(shop), ensure_ascii=False, indent=1) + "\n"


def load_shop(text: str, file: str = "shop.json") -> Shop:
    """Read and check a shop; raise `ImportRefused` with every problem as "file: path: …"."""
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise ImportRefused([f"{file}: not JSON: {error.msg} at {place}"]) from error
    except (RecursionError, ValueError) as error:
        raise ImportRefused([f"{file}: not a readable JSON file: {error}"]) from error
    currency = data.get("currency") if isinstance(data, dict) else None
    if isinstance(data, dict) and not (isinstance(currency, str) and CURRENCY.fullmatch(currency)):
        raise ImportRefused([f"{file}: currency: three capital letters are needed"])
    try:
        shop = decode(Shop, data, str(currency))
    except DecodeError as error:
        raise ImportRefused([f"{file}: {problem}" for problem in error.problems]) from error
    if problems := problems_of(shop):
        raise ImportRefused([f"{file}: {problem}" for problem in problems])
    return shop
