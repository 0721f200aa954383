"""Which address a customer means: written out, the one on the account, or that of another order."""

from __future__ import annotations

import re
from dataclasses import replace

from tools.domain import Address, Customer, Order

_PROFILE = re.compile(
    r"default address|(?:address|one) (?:in|on|from) my (?:profile|account)|(?:profile|account|home) address|my usual address"
    r"|默认(?:的)?(?:收货)?地址|(?:账户|账号|个人资料|资料)(?:里|中|上)?的?(?:默认)?地址|常用地址",
    re.IGNORECASE,
)
_OTHER = re.compile(
    r"(?:another|other|previous|last|different|first|second) order|order .{0,40}(?:went|sent|shipped) to|(?:另|别的|其他|上)(?:外)?(?:一|那)?个?(?:订)?单|之前(?:的|那个)?订单",
    re.IGNORECASE,
)
_INTRO = re.compile(
    r"^.*?(?:address(?: (?:of|on|for) [^,]*?)?(?: is| should be| to|:)|should be|to be|delivered to|deliver(?:ed)? (?:it |them )?to|(?:send|ship)\b[^,]*? to\b|moved to|instead to|地址(?:是|改成|改为|换成|应该是|要改成|：|:)|应该是|改成|改为|寄到|送到|改寄到|搬到(?:了)?|\bto\b)\s*",
    re.IGNORECASE | re.DOTALL,
)
_TAIL = re.compile(
    r"\s*(?:instead|please|thanks?|thank you|吗|吧|谢谢|，?可以吗|，?好吗)?\s*[.?!。？！]*\s*$", re.IGNORECASE
)
_COUNTRIES = {
    "usa": "US", "us": "US", "united states": "US", "u.s.a.": "US", "u.s.": "US", "united states of america": "US",
    "美国": "US", "china": "CN", "中国": "CN", "canada": "CA", "加拿大": "CA", "uk": "GB", "united kingdom": "GB",
    "英国": "GB", "germany": "DE", "德国": "DE", "france": "FR", "法国": "FR", "japan": "JP", "日本": "JP",
    "singapore": "SG", "新加坡": "SG", "australia": "AU", "澳大利亚": "AU",
}  # fmt: skip
_UNIT = re.compile(
    r"^(?:suite|ste|apt|apartment|unit|room|floor|#|building|flat)\b|[室层楼栋幢座单元号]$", re.IGNORECASE
)
_POSTCODE = re.compile(r"^(?:[A-Z]{2}\s+)?(\d{5,6})(?:-\d{4})?$")
_ZH = re.compile(
    r"(?P<region>[\u4e00-\u9fff]{2,8}?(?:省|自治区|特别行政区)|北京市?|上海市?|天津市?|重庆市?)?\s*"
    r"(?P<city>[\u4e00-\u9fff]{2,8}?(?:市|自治州|地区|盟))?\s*"
    r"(?P<line1>[\u4e00-\u9fff]{1,8}?(?:区|县|镇|乡|街道|路|街|大道|巷|村)[\u4e00-\u9fffA-Za-z0-9\-#（）()\s]*\d*[\u4e00-\u9fffA-Za-z0-9\-#\s]*)"
)
_ZH_POSTCODE = re.compile(r"(?:邮编|邮政编码)[:：是]?\s*(\d{6})")
_MUNICIPAL = ("北京", "上海", "天津", "重庆")


def named_address(
    text: str, customer: Customer, orders: tuple[Order, ...], order: Order | None, default: Address
) -> Address | None:
    """The address that a text names, complete, or None.

    `default` gives what an address on a parcel also needs: the recipient and the phone. `order` is the one
    that is to be changed: "my other order" is not that one. Without one the default address is to be changed,
    and to name it says nothing.
    """
    written = _written(text, default) or _written_zh(text, default)
    if written is not None:
        return written
    if _OTHER.search(text) and (found := _of_another_order(text, orders, order)):
        return replace(found, recipient=default.recipient, phone=default.phone)
    if order is not None and _PROFILE.search(text):
        return replace(customer.address, recipient=default.recipient, phone=default.phone)
    if found := _of_another_order(text, orders, order):
        return replace(found, recipient=default.recipient, phone=default.phone)
    return None


def _of_another_order(text: str, orders: tuple[Order, ...], order: Order | None) -> Address | None:
    """The address of an order that is named by its number or by the city it went to."""
    others = [each for each in orders if order is None or each.id != order.id]
    numbers = [each.address for each in others if each.id.lstrip("#") in text]
    low = text.casefold()
    cities = [each.address for each in others if each.address.city.casefold() in low and each.address.city]
    states = [
        each.address
        for each in others
        if len(each.address.region) > 2 and each.address.region.casefold() in low
    ]
    found = list(dict.fromkeys(numbers or cities or states))
    return found[0] if len(found) == 1 else None


def _written(text: str, default: Address) -> Address | None:
    """Street, [unit], city, state, country, postcode: separated by commas, in about this order."""
    pieces = _from_street([piece.strip() for piece in _TAIL.sub("", text).split(",")])
    if len(pieces) < 4:
        return None
    code = next((at for at, piece in enumerate(pieces) if _POSTCODE.match(piece)), None)
    if code is None:
        return None
    match = _POSTCODE.match(pieces[code])
    assert match is not None
    end = code
    country = default.country
    for at, piece in enumerate(pieces):
        if piece.casefold() in _COUNTRIES:
            country, end = _COUNTRIES[piece.casefold()], min(end, at)
            rest = [each for number, each in enumerate(pieces) if number not in (at, code)]
            break
    else:
        rest = [each for number, each in enumerate(pieces) if number != code]
    if pieces[code] != match.group(1):
        # "TX 78701" in one piece.
        rest.insert(code, pieces[code].split()[0])
    rest = [each for each in rest[: max(3, end + 1)] if each]
    if len(rest) < 3:
        return None
    line1, *middle, city, region = rest
    return replace(
        default, line1=line1, line2=", ".join(middle), city=city, region=region, postcode=match.group(1),
        country=country,
    )  # fmt: skip


def _from_street(pieces: list[str]) -> list[str]:
    """The pieces from the first one that has a house number, without what leads up to it."""
    for at, piece in enumerate(pieces):
        intro = _INTRO.match(piece)
        bare = piece[intro.end() :] if intro else piece
        if re.search(r"\d", bare) and re.search(r"[A-Za-z]", bare) and not re.search(r"#?W?\d{6,}", bare):
            return [bare, *pieces[at + 1 :]]
    return []


def _written_zh(text: str, default: Address) -> Address | None:
    """省 市 区 路 号, as it is written without commas; what is left out stays as it was."""
    intro = _INTRO.match(text)
    bare = _TAIL.sub("", text[intro.end() :] if intro else text)
    code = _ZH_POSTCODE.search(bare)
    bare = re.split(r"[，,。；;]", bare)[0] if code is None else bare[: code.start()].rstrip("，,。 ")
    match = _ZH.search(bare)
    if match is None or not re.search(r"\d", match["line1"]):
        return None
    region, city = match["region"] or "", match["city"] or ""
    if region.removesuffix("市") in _MUNICIPAL:
        city = city or f"{region.removesuffix('市')}市"
    line1 = match["line1"].strip()
    return replace(
        default, line1=line1, line2="", city=city or default.city, region=region or default.region,
        postcode=code.group(1) if code else default.postcode if not city else "",
    )  # fmt: skip
