"""How a customer is found: what counts as the same email, phone, name or postcode."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from tools.codec import UNSTORABLE
from tools.domain import Customer


def text_key(text: str) -> str:
    """Compare without case, width (full-width letters) and spaces. What no database holds fits nobody."""
    return "".join(unicodedata.normalize("NFKC", UNSTORABLE.sub("\ufffd", text)).casefold().split())


def phone_key(text: str) -> str:
    """Digits only; a leading +86 or 0086 before an eleven-digit number is dropped."""
    digits = "".join(char for char in unicodedata.normalize("NFKC", text) if char in "0123456789")
    bare = digits.removeprefix("00")
    return bare[2:] if len(bare) == 13 and bare.startswith("86") else digits


@dataclass(frozen=True, slots=True)
class Keys:
    """Comparable forms; an empty one was not given."""

    email: str
    phone: str
    name: str
    postcode: str

    @property
    def enough(self) -> bool:
        """An email, a phone, or a name with a postcode; a name alone proves nothing."""
        return bool(self.email or self.phone or (self.name and self.postcode))

    def fit(self, other: Keys) -> bool:
        """Whether everything given here is the same in `other`."""
        pairs = (
            (self.email, other.email),
            (self.phone, other.phone),
            (self.name, other.name),
            (self.postcode, other.postcode),
        )
        return all(not mine or mine == theirs for mine, theirs in pairs)


def keys(email: str | None, phone: str | None, name: str | None, postcode: str | None) -> Keys:
    return Keys(text_key(email or ""), phone_key(phone or ""), text_key(name or ""), text_key(postcode or ""))


def keys_of(customer: Customer) -> Keys:
    return keys(customer.email, customer.phone, customer.name, customer.address.postcode)
