"""Which variants a customer wants instead: "the bottle for one with capacity 750ml", "the cheapest bed"."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tools.domain import OrderLine, Product, SwapItem, Variant

# What stands between the old thing and the new one.
MARKER = re.compile(
    r"\b(?:for|to|into|with|become[s]?|be|in)\b|换成|换|改成|改为|变成|要成|成|要|[:：]", re.IGNORECASE
)
# Those that cannot mean anything else; "in" and "with" may belong to what it is now.
_INTO = re.compile(r"\b(?:for|to|into|become[s]?|instead of it)\b|换成|换|改成|改为|变成|要成", re.IGNORECASE)
_CHEAPEST = re.compile(r"cheapest|lowest[- ]priced?|least expensive|最便宜|最低价|价格最低", re.IGNORECASE)
_DEAREST = re.compile(r"most expensive|priciest|highest[- ]priced?|最贵|价格最高", re.IGNORECASE)
_REJECTED = re.compile(
    r"(?:\binstead of|\brather than|(?:[,;.]|\band|\bbut)\s*not(?! (?:sure|too|really|bad)\b))\b[^,，。.;；!！?？]*?(?=[,，。.;；!！?？]|\b(?:but|please|make|in|to|if|is|for)\b|$)"
    r"|(?:而?不是|(?<!想)(?<!要)不(?:想)?要|别要|不用)[^,，。.;；!！?？]*?(?=[,，。.;；!！?？]|[换改要]|而是|$)",
    re.IGNORECASE,
)
_SAME = re.compile(
    r"(?:exact(?:ly)? )?(?:the )?(?:exact )?same (?:one|item|thing|product|model)\b|identical|一模一样|同款|同样的一?个|相同的",
    re.IGNORECASE,
)
_BIGGER = re.compile(
    r"\b(?:bigger|larger|next size up|(?:a|one) size up)\b|大一?(?:号|码|点)(?!了)|再大|更大", re.IGNORECASE
)
_SMALLER = re.compile(
    r"\b(?:smaller|next size down|(?:a|one) size down)\b|小一?(?:号|码|点)(?!了)|再小|更小", re.IGNORECASE
)
_SIZES = ("XXS", "XS", "S", "M", "L", "XL", "XXL", "XXXL")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class Wanted:
    """One line and what it shall become: the variants that fit, best first; one is an answer, several a question.

    `sold_out` is the very one that was named, where there is none of it.
    """

    line: OrderLine
    fits: tuple[Variant, ...]
    said: bool
    sold_out: tuple[Variant, ...] = ()


def wanted_variant(text: str, line: OrderLine, product: Product, proposed: str = "") -> Wanted:
    """Read what a piece of text wants of one product. `said` tells whether it named anything at all.

    `proposed` is the SKU that was read back, where the text only adds to it: "yes, but in black".
    """
    old = product.variant(proposed) or product.variant(line.sku)
    options = dict(old.options) if old else {}
    text = without_rejected(text)
    named = named_options(text, product)
    available = [each for each in product.variants if each.has(line.quantity)]
    if _SAME.search(text) and not named:
        return Wanted(line, tuple(each for each in product.variants if each.sku == line.sku), True)
    for pattern, best in ((_CHEAPEST, min), (_DEAREST, max)):
        if pattern.search(text):
            fitting = [each for each in available if _has(each, named)]
            chosen = [best(fitting, key=lambda each: each.price.amount)] if fitting else []
            return Wanted(line, tuple(chosen), True)
    if (
        named
        and not proposed
        and all(key in options and options[key].en == value for key, value in named.items())
    ):
        # "The 38 is too small" says what it is now.
        named = {}
    if not named and (step := _step(text)):
        return Wanted(line, tuple(_stepped(step, options, available)), True)
    if not named:
        return Wanted(line, (), False)
    exact = [
        each
        for each in product.variants
        if all(each.options.get(key) == value for key, value in (options | _texts(named, product)).items())
    ]
    if exact and exact[0].has(line.quantity) and exact[0].sku != line.sku:
        return Wanted(line, tuple(exact[:1]), True)
    fitting = [each for each in available if _has(each, named) and each.sku != line.sku]
    closest = sorted(fitting, key=lambda each: -_shared(each, options))
    return Wanted(line, tuple(closest), True, tuple(exact[:1]) if exact and exact[0].sku != line.sku else ())


def without_rejected(text: str) -> str:
    """What is wanted, without what it is wanted instead of: "M instead of L", "navy, not green"."""
    return _REJECTED.sub(" ", text)


def named_options(text: str, product: Product) -> dict[str, str]:
    """Option values of a product that a text names, as {key: English value}; the longest name wins.

    A value after its own key ("color red", "颜色为红色") counts before one that stands alone.
    """
    low = _plain(text)
    found: dict[str, tuple[int, int, str]] = {}
    taken: list[tuple[int, int]] = []
    candidates = _values(product)
    for key, shown, value in sorted(candidates, key=lambda each: -len(each[1])):
        for match in re.finditer(_bounded(shown), low):
            span = match.span()
            if any(a < span[1] and span[0] < b for a, b in taken):
                continue
            after_key = _follows(low, span[0], key)
            if _shared_value(shown, candidates) and not after_key:
                continue
            rank = (1 if after_key else 0, span[0])
            if key not in found or rank > found[key][:2]:
                found[key] = (*rank, value)
            taken.append(span)
    return {key: value for key, (_, _, value) in found.items()}


def _values(product: Product) -> list[tuple[str, str, str]]:
    """(key, how a text may show the value, English value), each once."""
    seen: dict[tuple[str, str, str], None] = {}
    for variant in product.variants:
        for key, text in variant.options.items():
            for shown in (text.en, text.zh):
                for form in _forms(shown):
                    seen[(key, form, text.en)] = None
    return list(seen)


def _forms(value: str) -> set[str]:
    plain = _plain(value)
    forms = {plain, plain.replace(" ", ""), plain.replace("-", " ")}
    forms |= _measured(plain)
    if plain.endswith("色"):
        forms.add(f"{plain[:-1]}的")
    if plain.endswith("色") and len(plain) > 2:
        forms.add(plain[:-1])
    return {form for form in forms if form}


# "EU 39" is said as 39, 39 码, "size 39"; 28 英寸 as 28 寸, 28".
_MEASURED = re.compile(
    r"(?P<eu>eu )?(?P<n>\d+(?:\.\d+)?) ?(?P<unit>码|英寸|寸|-?inch(?:es)?|毫升|ml|升|l|litres?|liters?|片|pieces)?",
    re.IGNORECASE,
)
_UNITS = (
    ("码",),
    ("英寸", "寸", "inch", "inches", "-inch", '"', "”", " inch", " inches"),
    ("毫升", "ml", " ml"),
    ("升", "l", " l", " litre", " litres", " liter", " liters", "-litre", "-liter"),
    ("片", " pieces", "-piece", " piece"),
)  # fmt: skip


def _measured(value: str) -> set[str]:
    """Other ways to say a size that is a number with its unit."""
    match = _MEASURED.fullmatch(value)
    if match is None or not (match["eu"] or match["unit"]):
        return set()
    number, unit = match["n"], (match["unit"] or "码").lstrip("-").casefold()
    same = next((units for units in _UNITS if unit in units), (unit,))
    forms = {f"{number}{each}" for each in same} | {
        f"{number} {each}" for each in same if not each.startswith((" ", "-"))
    }
    shoe = match["eu"] or unit == "码"
    return forms | ({number, f"eu{number}", f"size {number}"} if shoe else set())


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", text.casefold().replace("colour", "color"))


def _bounded(shown: str) -> str:
    # The "s" of "it's" and the "m" of "I'm" are no sizes; 39 元 and "$39" are no size of shoes.
    left = r"(?<![a-z0-9.'’¥$￥w#])" if shown[0].isascii() and shown[0].isalnum() else ""
    right = r"(?![a-z0-9]|['’](?!s\b))" if shown[-1].isascii() and shown[-1].isalnum() else ""
    if shown.isdigit():
        right += r"(?!\s*(?:元|块|天|号|月|折|%|days?|yuan|rmb|usd|dollars?|percent|\.\d))"
    return left + re.escape(shown) + right


def _follows(text: str, start: int, key: str) -> bool:
    before = text[max(0, start - len(key) - 6) : start]
    return _plain(key) in before


def _shared_value(shown: str, candidates: Sequence[tuple[str, str, str]]) -> bool:
    """Whether two options know the same word, so that it needs its key beside it."""
    return len({key for key, form, _ in candidates if form == shown}) > 1


def _texts(named: Mapping[str, str], product: Product) -> dict[str, object]:
    return {
        key: next(
            v.options[key] for v in product.variants if v.options.get(key) and v.options[key].en == value
        )
        for key, value in named.items()
    }


def _has(variant: Variant, named: Mapping[str, str]) -> bool:
    return all(key in variant.options and variant.options[key].en == value for key, value in named.items())


def _shared(variant: Variant, options: Mapping[str, object]) -> int:
    return sum(variant.options.get(key) == value for key, value in options.items())


def _step(text: str) -> int:
    return 1 if _BIGGER.search(text) else -1 if _SMALLER.search(text) else 0


def _stepped(step: int, options: Mapping[str, object], available: Sequence[Variant]) -> list[Variant]:
    """The next bigger or smaller size with everything else the same."""
    for key in options:
        others = {name: value for name, value in options.items() if name != key}
        row = [each for each in available if all(each.options.get(n) == v for n, v in others.items())]
        sizes = {each.sku: _size(each.options[key].en) for each in row if key in each.options}
        here = _size(getattr(options[key], "en", ""))
        if here is None or any(size is None for size in sizes.values()):
            continue
        beyond = [each for each in row if (sizes[each.sku] - here) * step > 0]  # type: ignore[operator]
        if beyond:
            return [min(beyond, key=lambda each: abs(sizes[each.sku] - here))]  # type: ignore[operator]
    return []


def _size(value: str) -> float | None:
    if value.upper() in _SIZES:
        return float(_SIZES.index(value.upper()))
    number = _NUMBER.search(value)
    return float(number.group()) if number else None


def after_marker(piece: str) -> str:
    """What follows the word between old and new; the whole piece where there is none.

    "Black in L" is cut nowhere: what stands before a mere "in" belongs to it.
    """
    match = _INTO.search(piece)
    return piece[match.end() :] if match else piece


def swap_of(wanted: Wanted) -> SwapItem:
    return SwapItem(wanted.line.line_no, wanted.line.quantity, wanted.fits[0].sku)
