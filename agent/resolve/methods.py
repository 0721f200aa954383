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
            r"|运通|union\s?pay|银联|卡号|尾号|\bcard (?:ending|number)",
            re.IGNORECASE,
        ),
    ),
)
_ORIGINAL = re.compile(
    r"original|same (?:payment )?(?:method|card|way)|(?:the )?(?:one|card|method|way) (?:that )?i (?:used|paid)|原路|原来的?(?:支付|付款|卡)"
    r"|原支付|原付款|付款时用的|怎么付的",
    re.IGNORECASE,
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

    A name after "not" or "instead of" is not meant.
    """
    text = _without_rejected(text)
    if _ORIGINAL.search(text):
        return ORIGINAL
    by_id = [each for each in customer.payment_methods if each.id in text]
    if len(by_id) == 1:
        return by_id[0].id
    found = [each for each in customer.payment_methods if _is_named(text, each)]
    if len(found) > 1:
        found = [each for each in found if each.last4 and each.last4 in _LAST4.findall(text)] or [
            each for each in found if each.brand and _brand(text) == each.brand.casefold()
        ]
    return found[0].id if len(found) == 1 else None


def named_kind(text: str) -> PaymentKind | None:
    """The kind of method that a text names, whether the customer has one or not."""
    text = _without_rejected(text)
    return next((kind for kind, pattern in _KINDS if pattern.search(text)), None)


def _is_named(text: str, method: PaymentMethod) -> bool:
    kinds = {kind for kind, pattern in _KINDS if pattern.search(text)}
    if method.last4 and method.last4 in _LAST4.findall(text) and PaymentKind.CARD in kinds:
        return method.kind is PaymentKind.CARD
    if method.kind not in kinds:
        return False
    brand = _brand(text)
    return not (brand and method.brand) or brand == method.brand.casefold()


def _brand(text: str) -> str:
    return next((name for name, pattern in _BRANDS.items() if re.search(pattern, text, re.IGNORECASE)), "")


_REJECTED = re.compile(
    r"(?:\binstead of|\brather than|\bnot (?:to |on )?(?:my |the )?|不要(?:退到|用)?|而?不是|别(?:退到|用))[^,，。.;；!！]*",
    re.IGNORECASE,
)


def _without_rejected(text: str) -> str:
    return _REJECTED.sub(" ", text)
