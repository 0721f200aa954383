"""Reads an address that is written out, in English with commas or in Chinese without."""

from __future__ import annotations

import re
from dataclasses import replace

from agent.resolve.contacts import read_contact
from agent.resolve.regions import CITY_REGIONS, COUNTRIES, MUNICIPALITIES, cities, country_of, regions
from tools.domain import Address

_INTRO = re.compile(
    r"^.*?(?:address(?: (?:of|on|for) [^,]*?)?(?: is| should be| to|:)|should be|to be|delivered to|deliver(?:ed)? (?:it |them )?to|(?:send|ship)\b[^,]*? to\b|moved to|instead to|地址(?:是|改成|改为|换成|应该是|要改成|：|:)|应该是|改成|改为|寄到|送到|改寄到|搬到(?:了)?|\bto\b)\s*",
    re.IGNORECASE | re.DOTALL,
)
_TAIL = re.compile(
    r"\s*(?:instead|please|thanks?|thank you|吗|吧|谢谢|，?可以吗|，?好吗)?\s*[.?!。？！]*\s*$", re.IGNORECASE
)
_CODES = r"\d{5,6}(?:-\d{4})?|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|[A-Z]\d[A-Z] ?\d[A-Z]\d"
_POSTCODE = re.compile(
    rf"(?:(?P<before>[A-Z][A-Za-z.' -]*?)\s+)?(?:(?:zip|post) ?code:? )?(?P<code>{_CODES})", re.IGNORECASE
)
_DISTRICT = re.compile(r"\b(?:district|new area|county|township|subdistrict)$", re.IGNORECASE)
_ORDER = re.compile(r"[W#]\s?-?\d{7}(?!\d)|(?<!\d)\d{7}(?!\d)", re.IGNORECASE)
_STREET = re.compile(
    r"\d\S* (?:\w+ ){0,4}(?:road|street|avenue|lane|drive|boulevard|way|court|place|square)\b|(?:路|街|巷|大道|弄|胡同)\s*\d+",
    re.IGNORECASE,
)
_ZH_POSTCODE = re.compile(
    r"(?:邮编|邮政编码|邮政编号|post ?code)\s*(?:是|为|[:：])?\s*(\d{6})(?!\d)|(?<![\dA-Za-z])(\d{6})(?!\d)(?!\s*(?:号|室|元|块|弄|幢|栋))",
    re.IGNORECASE,
)
_PLACE = r"[\u4e00-\u9fff]{1,8}?(?:区|县|镇|乡|街道|路|街|大道|巷|村|弄|胡同|道|苑|园|城|小区|大厦|广场|旗)"
_LINE = re.compile(rf"\s*(?P<line>{_PLACE}[\u4e00-\u9fffA-Za-z0-9\-#（）()·.\s]*)")
_CITY = re.compile(
    r"\s*(?P<city>[\u4e00-\u9fff]{2,8}?(?:市|自治州|地区|盟)|[\u4e00-\u9fff]{2}(?=[\u4e00-\u9fff]{2,3}(?<!开发)(?<!高新)[区县]))"
)
_APART = re.compile(r"(?<=[省市区县])[，,、\s]+(?=[\u4e00-\u9fff]{2})")
_ROOM = re.compile(
    r"[，,\s]*[\u4e00-\u9fffA-Za-z0-9\- ]{0,12}\d+\s*(?:[幢栋座层楼室号]|单元)[\u4e00-\u9fffA-Za-z0-9\- ]*"
)


def written_address(text: str, default: Address) -> Address | None:
    """The address that a text spells out, or None; what a parcel also needs and is not named is that of `default`."""
    contact = read_contact(_ORDER.sub(" ", text))
    found = _english(contact.rest, default) or _chinese(contact.rest, default)
    if found is None:
        return None
    return replace(
        found, recipient=contact.recipient or default.recipient, phone=contact.phone or default.phone
    )


def spells_out(text: str) -> bool:
    """Whether a text names a street with a number, complete or not."""
    return bool(_STREET.search(_ORDER.sub(" ", text)))


def _english(text: str, default: Address) -> Address | None:
    """Street, [unit], city, state, country, postcode: separated by commas, in about this order."""
    pieces = _from_street([piece.strip() for piece in re.split(r"[,，\n]", _TAIL.sub("", text))])
    pieces = [_TAIL.sub("", piece) for piece in pieces if _TAIL.sub("", piece)]
    code = next((at for at, piece in enumerate(pieces) if at and _POSTCODE.fullmatch(piece)), None)
    if code is None or not (match := _POSTCODE.fullmatch(pieces[code])):
        return None
    place = next((at for at, piece in enumerate(pieces) if at and piece.casefold() in COUNTRIES), None)
    ahead = match["before"] or ""
    beside = (
        [ahead] if ahead and (ahead.casefold() in CITY_REGIONS or ahead.casefold() not in COUNTRIES) else []
    )
    # "London N1 9GU": beside a code with letters stands the city, which is its own region here.
    beside += beside if re.search("[A-Z]", match["code"]) and not re.fullmatch("[A-Z]{2}", ahead) else []
    end = min(code, place if place is not None else code)
    if place is not None and place < code and not beside:
        rest = [each for at, each in enumerate(pieces[:code]) if at != place]
    else:
        rest = [*pieces[:end], *beside] if end == code else [*pieces[:end], *pieces[end + 1 : code], *beside]
    named = COUNTRIES[pieces[place].casefold()] if place is not None else ""
    parts = _city_and_region(rest)
    if parts is None:
        return None
    line1, line2, city, region = parts
    country = named or country_of(region, match["code"], default.country)
    return replace(
        default, line1=line1, line2=line2, city=city, region=region, postcode=match["code"].upper(),
        country=country,
    )  # fmt: skip


def _city_and_region(pieces: list[str]) -> tuple[str, str, str, str] | None:
    """Line 1, line 2, city and region. "Pudong, Shanghai": that city is its own region."""
    if len(pieces) > 1 and pieces[-1].casefold() in CITY_REGIONS:
        line1, *middle, city = pieces
        middle = middle[:-1] if middle and middle[-1].casefold() == city.casefold() else middle
        return line1, ", ".join(middle), city, city
    if len(pieces) < 3 or _DISTRICT.search(pieces[-2]):
        return None
    line1, *middle, city, region = pieces
    return line1, ", ".join(middle), city, region


def _from_street(pieces: list[str]) -> list[str]:
    """The pieces from the first one that has a house number, without what leads up to it."""
    for at, piece in enumerate(pieces):
        intro = _INTRO.match(piece)
        bare = piece[intro.end() :] if intro else piece
        bare = re.split(r"[:：]\s*", bare)[-1]
        if re.search(r"\d", bare) and re.search(r"[A-Za-z]", bare) and not re.search(r"#?W?\d{6,}", bare):
            return [bare, *pieces[at + 1 :]]
    return []


def _chinese(text: str, default: Address) -> Address | None:
    """省 市 区 路 号, as it is written without commas; what is left out stays as it was.

    Where a city that is not well known comes without its province, nobody knows what the delivery costs.
    """
    text = _APART.sub("", text)
    code = _ZH_POSTCODE.search(text)
    bare = text if code is None else f"{text[: code.start()]}，{text[code.end() :]}"
    region, city, rest = _begins(_TAIL.sub("", bare), default)
    line = _line(rest)
    if not line or (city and not region):
        return None
    postcode = (code[1] or code[2]) if code else "" if city and city != default.city else default.postcode
    return replace(
        default, line1=line, line2="", city=city or default.city, region=region or default.region,
        postcode=postcode, country="CN" if region else default.country,
    )  # fmt: skip


def _begins(text: str, default: Address) -> tuple[str, str, str]:
    """Region, city, and what comes after them: from the province, from a city, or from where the words lead to."""
    names = sorted(regions(), key=len, reverse=True)
    for match in re.finditer("|".join(names), text):
        region, rest = regions()[match.group()], text[match.end() :]
        if region.removesuffix("市") in MUNICIPALITIES:
            rest = re.sub(rf"^\s*{match.group().removesuffix('市')}市", "", rest)
            if _LINE.match(rest):
                return region, region, rest
        elif city := _CITY.match(rest):
            name = city["city"]
            whole = name if name[-1] in "市州区盟" else f"{name}市"
            return region, whole, rest[city.end() :]
    for match in re.finditer("|".join(sorted(cities(), key=len, reverse=True)), text):
        if _LINE.match(text[match.end() :]):
            name = match.group().removesuffix("市")
            return cities()[match.group()], f"{name}市", text[match.end() :]
    intro = _INTRO.match(text)
    rest = text[intro.end() :] if intro else re.split(r"[:：，,。；;]", text)[-1] if _ahead(text) else text
    own = _CITY.match(rest)
    if own and own["city"].endswith("市"):
        return (default.region if own["city"] == default.city else ""), own["city"], rest[own.end() :]
    return "", "", rest


def _ahead(text: str) -> bool:
    """Whether words lead up to the street: they are not part of it."""
    return bool(re.search(r"[:：，,。；;]", text)) and bool(_LINE.match(re.split(r"[:：，,。；;]", text)[-1]))


def _line(rest: str) -> str:
    """The street with its number, and the building and room that may follow behind a comma; "" for none."""
    match = _LINE.match(rest)
    if match is None:
        return ""
    found, end = match["line"].strip(), match.end()
    while room := _ROOM.match(rest, end):
        found, end = f"{found} {room.group().strip('，, ')}", room.end()
    return found.strip(" .") if re.search(r"\d", found) else ""
