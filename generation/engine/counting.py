"""How long a text is, counted the way a channel counts. Pure functions, shared by writers and checks."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Literal

from generation.engine.contract import Limit

UNITS = ("characters", "gbk_bytes", "utf16_units", "sms_parts", "google_ads_width", "seo_width")

#: Units that fit into one message, and into each part of a longer one (3GPP TS 23.038 and 23.040).
_ROOM = {"gsm7": (160, 153), "ucs2": (70, 67)}
_GSM7 = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM7_EXTENDED = frozenset("\f^{}\\[~]|€")


@dataclass(frozen=True, slots=True)
class SmsCount:
    """What an SMS costs: ``units`` are septets (gsm7) or UTF-16 units (ucs2); ``parts`` is what is billed."""

    encoding: Literal["gsm7", "ucs2"]
    units: int
    parts: int

    @property
    def room(self) -> int:
        """Units that fit into these parts."""
        single, each = _ROOM[self.encoding]
        return single if self.parts == 1 else self.parts * each


def fits(text: str, limit: Limit | None) -> bool:
    """Whether ``text`` keeps within ``limit`` (None: no limit)."""
    return limit is None or count(text, limit.unit) <= limit.maximum


def count(text: str, unit: str) -> int:
    """The length of ``text`` in ``unit`` (one of ``UNITS``). Raises ``ValueError`` for an unknown unit."""
    if unit == "characters":
        return len(text)
    if unit == "gbk_bytes":
        return len(text.encode("gb18030", errors="replace"))
    if unit == "utf16_units":
        return len(text.encode("utf-16-le", errors="surrogatepass")) // 2
    if unit == "sms_parts":
        return sms(text).parts
    if unit in ("google_ads_width", "seo_width"):
        return len(text) if text.isascii() else sum(_width(char) for char in text)
    raise ValueError(f"unknown counting unit {unit!r}; known: {', '.join(UNITS)}")


def sms(text: str) -> SmsCount:
    """Encoding, length and billed parts of ``text`` as one SMS. An empty text is one part of no units."""
    if all(char in _GSM7 or char in _GSM7_EXTENDED for char in text):
        sizes = [2 if char in _GSM7_EXTENDED else 1 for char in text]
        return SmsCount("gsm7", sum(sizes), _parts(sizes, *_ROOM["gsm7"]))
    sizes = [2 if ord(char) > 0xFFFF else 1 for char in text]
    return SmsCount("ucs2", sum(sizes), _parts(sizes, *_ROOM["ucs2"]))


def _width(char: str) -> int:
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def _parts(sizes: list[int], single: int, each: int) -> int:
    if sum(sizes) <= single:
        return 1
    parts, room = 1, each
    for size in sizes:  # a two-unit character is never split between two parts
        if size > room:
            parts, room = parts + 1, each
        room -= size
    return parts
