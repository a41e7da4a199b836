"""Digests by which equal people, addresses and baskets are found without reading personal data.

A digest is the first 32 hexadecimal digits of SHA-256 over the normalised value; blank values have none.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable

#: Shortest run of digits that can be somebody's phone number.
_SHORTEST_PHONE = 6


def digest(*parts: str) -> str:
    """One digest for several values, "" when all are blank."""
    if not any(parts):
        return ""
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:32]


def folded(text: str) -> str:
    """Letters and digits only, case-folded, full-width forms made plain."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text).casefold())


def email_key(email: str) -> str:
    """Digest of an e-mail address; what follows a "+" before the @ does not make it another person's."""
    local, at, domain = email.strip().casefold().partition("@")
    return digest(f"{local.partition('+')[0]}@{domain}") if at and domain else ""


def phone_key(phone: str) -> str:
    """Digest of a phone number: its last ten digits, so that a country code or a leading zero does not matter."""
    digits = re.sub(r"\D", "", unicodedata.normalize("NFKC", phone))
    return digest(digits[-10:].lstrip("0")) if len(digits) >= _SHORTEST_PHONE else ""


def address_key(line1: str, line2: str, city: str, postal_code: str, country: str) -> str:
    """Digest of a place: street with its addition, town, postal code, country. Nothing without a street."""
    street = folded(line1 + line2)
    return digest(street, folded(city), folded(postal_code), folded(country)) if street else ""


def basket_key(lines: Iterable[tuple[str, int]]) -> str:
    """Digest of what is in an order: SKUs (or descriptions) with their pieces, in any order."""
    counted: dict[str, int] = {}
    for what, quantity in lines:
        counted[what] = counted.get(what, 0) + quantity
    return digest(*(f"{what}×{quantity}" for what, quantity in sorted(counted.items())))
