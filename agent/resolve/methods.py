"""Which payment method a customer means."""

from __future__ import annotations

import re

from tools.domain import ORIGINAL, Customer, PaymentKind, PaymentMethod

_KINDS: tuple[tuple[PaymentKind, re.Pattern[str]], ...] = (
    (PaymentKind.GIFT_CARD, re.compile(r"gift\s?card|礼品卡|购物卡|储值卡|gift balance", re.IGNORECASE)),
    (PaymentKind.PAYPAL, re.compile(r"pay\s?pal|贝宝", re.IGNORECASE)),
    (PaymentKind.ALIPAY, re.compile(r"ali\s?pay|支付宝|花呗", re.IGNORECASE)),
    (PaymentKind.WECHAT_PAY, re.compile(r"we\s?chat(?: pay)?|微信", re.IGNORECASE)),
    (
        PaymentKind.CARD,
        re.compile(
            r"(?:credit|debit|bank)[ -]?card|信用卡|银行卡|借记卡|储蓄卡|visa|master\s?card|万事达|amex|american express"
            r"|运通|union\s?pay|银联|卡号|尾号|\bcard (?:ending|number)|\bending (?:in |with )?\d{4}",
            re.IGNORECASE,
        ),
    ),
)
_ORIGINAL = re.compile(
    r"original|same (?:payment )?(?:method|card|way)|(?:the )?(?:one|card|method|way) (?:that )?i (?:used|paid)|原路|原来的?(?:支付|付款|卡)"
    r"|原支付|原付款|付款时用的|怎么付的",
    re.IGNORECASE,
)
# What a change leads to stands right behind one of these.
_TOWARDS = re.compile(
    r"(?:\b(?:to|onto|into|with|use|using|by|via|on)\s+(?:my |the |a |an )?|(?:改|换|转|变)(?:成|用|为|到|走|刷)|[用走刷改换])\s*(?:我的?|那?张)?$",
    re.IGNORECASE,
)
_MY_CARD = re.compile(
    r"(?<!gift )\b(?:my|the|by|a) (?:bank )?card\b|我的?卡|那张卡|刷卡|[用改换成](?:银行)?卡", re.IGNORECASE
)
_LAST4 = re.compile(r"(?<!\d)\d{4}(?!\d)")
_BRANDS = {
    "visa": r"visa|维萨",
    "mastercard": r"master\s?card|万事达",
    "amex": r"amex|american express|运通",
    "unionpay": r"union\s?pay|银联",
}


def named_method(text: str, customer: Customer) -> str | None:
    """The id of the method that a text names, "original" for the one that paid; None for none or several.

    A name after "not", "instead of", "from" or "than" is not meant, and of several the one after "to" is.
    """
    text = _without_rejected(text)
    if _ORIGINAL.search(text):
        return ORIGINAL
    by_id = [each for each in customer.payment_methods if each.id in text]
    if len(by_id) == 1:
        return by_id[0].id
    found = [each for each in customer.payment_methods if _is_named(text, each)]
    if len(found) > 1 and (towards := _kinds_towards(text)):
        found = [each for each in found if each.kind in towards]
    if not found and not _kinds(text) and _MY_CARD.search(text):
        found = [each for each in customer.payment_methods if each.kind is PaymentKind.CARD]
    if len(found) > 1:
        found = [each for each in found if each.last4 and each.last4 in _LAST4.findall(text)] or [
            each for each in found if each.brand and _brand(text) == each.brand.casefold()
        ]
    return found[0].id if len(found) == 1 else None


def named_kind(text: str) -> PaymentKind | None:
    """The kind of method that a text names, whether the customer has one or not."""
    text = _without_rejected(text)
    towards = _kinds_towards(text)
    return next((kind for kind in _kinds(text) if not towards or kind in towards), None)


def _kinds(text: str) -> tuple[PaymentKind, ...]:
    return tuple(kind for kind, pattern in _KINDS if pattern.search(text))


def _kinds_towards(text: str) -> frozenset[PaymentKind]:
    """The kinds that stand where a change leads to, where others are named as well."""
    marked = {
        kind
        for kind, pattern in _KINDS
        for match in pattern.finditer(text)
        if _TOWARDS.search(text[: match.start()])
    }
    return frozenset(marked) if len(_kinds(text)) > 1 else frozenset()


def _is_named(text: str, method: PaymentMethod) -> bool:
    kinds = _kinds(text)
    if method.last4 and method.last4 in _LAST4.findall(text) and PaymentKind.CARD in kinds:
        return method.kind is PaymentKind.CARD
    if method.kind not in kinds:
        return False
    brand = _brand(text)
    return not (brand and method.brand) or brand == method.brand.casefold()


def _brand(text: str) -> str:
    return next((name for name, pattern in _BRANDS.items() if re.search(pattern, text, re.IGNORECASE)), "")


_REJECTED = re.compile(
    r"(?:\binstead of|\brather than|\bthan(?: (?:with|on|by|to))?\b|\bnot (?:to |on |with )?(?:my |the )?"
    r"|\b(?:don['’]?t|do not|no longer|stop) (?:want to )?(?:use|using|charge|charging|pay(?:ing)? (?:with|by)) )[^,，。.;；!！]*?"
    r"(?=[,，。.;；!！]|\b(?:but|use|to|with)\b|$)"
    # From one to the other: 从支付宝换成微信.
    r"|\bfrom\b[^,，。.;；!！]*?(?=\b(?:over )?(?:to|onto|into)\b)|从[^,，。;；!！]*?(?=[改换转变])"
    r"|(?:不要(?:退到|用|走)?|不(?:想|再)?(?:再)?[用走刷]|而?不是|别(?:退到|用|走))[^,，。.;；!！]*?(?=[,，。.;；!！]|[改换转](?:成|用|为|到|走)|$)",
    re.IGNORECASE,
)


def _without_rejected(text: str) -> str:
    return _REJECTED.sub(" ", text)
