"""Which lines of an order shall become which other variants, read from what a customer says. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from agent.resolve.pieces import Piece, read_pieces
from agent.resolve.variants import Wanted, after_marker, swap_of, wanted_variant
from agent.types import Request, Understanding
from agent.understand.understand import clear_no, clear_yes
from tools.domain import Order, Product, SwapItem

_ADDS = re.compile(r"\bbut\b|\bthough\b|\balso\b|但|不过|只是|而且", re.IGNORECASE)


def read_swaps(
    request: Request, text: str, message: Understanding, order: Order, products: Mapping[str, Product]
) -> Request:
    """Take from a text which lines shall become which variants; what is named anew replaces what was known."""
    if clear_yes(text) or clear_no(text):
        # An answer to a question, even where an option of the goods is called "yes".
        return request
    pieces = [piece for piece in read_pieces(text, order, products) if not piece.excepted]
    known = {swap.line_no: swap for swap in request.swaps}
    lines = list(request.lines or ())
    offered: tuple[str, ...] = ()
    if not pieces:
        missing = [number for number in lines if number not in known]
        # "Actually the blue one": the line that has been spoken of. Somebody's name may be Black.
        spoken_of = lines if request.read and not request.asked and not message.first("name") else []
        lonely = missing or spoken_of or _by_options(text, message, order, products)
        if len(lonely) != 1:
            return request
        product = products.get(order.line(lonely[0]).product_id)
        if product is None:
            return request
        wanted = wanted_variant(
            text, order.line(lonely[0]), product, _added_to(text, message, known, lonely[0])
        )
        lines = lines or lonely
        wishes = [wanted]
    else:
        if request.read and all(piece.line.line_no not in lines for piece in pieces) and request.asked == "":
            known, lines = {}, []
        wishes = [
            _wanted(
                piece, products[piece.line.product_id], _added_to(text, message, known, piece.line.line_no)
            )
            for piece in pieces
            if piece.line.product_id in products
        ]
        lines += [piece.line.line_no for piece in pieces if piece.line.line_no not in lines]
    for wanted in wishes:
        if len(wanted.fits) == 1 and not wanted.sold_out:
            known[wanted.line.line_no] = swap_of(wanted)
        elif wanted.said:
            known.pop(wanted.line.line_no, None)
            offered = tuple(variant.sku for variant in (*wanted.sold_out, *wanted.fits))
    swaps = tuple(known[number] for number in lines if number in known)
    return replace(request, lines=tuple(lines), swaps=swaps, offered=offered)


def _by_options(
    text: str, message: Understanding, order: Order, products: Mapping[str, Product]
) -> list[int]:
    """The only line, or the only one that can become what a text names: "M to L" is about no flask."""
    if len(order.lines) == 1:
        return [order.lines[0].line_no]
    if message.first("name"):
        return []
    known = [line for line in order.lines if line.product_id in products]
    wanted = [wanted_variant(after_marker(text), line, products[line.product_id]) for line in known]
    fitting = [each.line.line_no for each in wanted if each.said and each.fits]
    return fitting if len(fitting) == 1 else []


def _added_to(text: str, message: Understanding, known: Mapping[int, SwapItem], line_no: int) -> str:
    """The variant that a text adds something to: "yes, but in black" keeps the size that was read back."""
    adds = message.act.label == "partial_yes" or _ADDS.search(text)
    return known[line_no].new_sku if line_no in known and adds else ""


def _wanted(piece: Piece, product: Product, proposed: str) -> Wanted:
    """What a piece of text wants instead; where nothing follows its "for", all of it is looked through."""
    found = wanted_variant(after_marker(piece.text), piece.line, product, proposed)
    return found if found.said else wanted_variant(piece.text, piece.line, product, proposed)
