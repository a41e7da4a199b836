"""Texts kept in several languages, and guessing which language a text is in."""

from __future__ import annotations

import re
from collections.abc import Mapping

from django.conf import settings

#: Code and English-independent name of every language copy can be drafted in.
CODES: tuple[str, ...] = tuple(code for code, _name in settings.LANGUAGES)

_HAN = re.compile(r"[㐀-䶿一-鿿]")
_LETTER = re.compile(r"[^\W\d_]")


def in_language(text: str, translations: Mapping[str, str], language: str) -> str:
    """The translation for ``language`` ("zh-hans"), else ``text`` as the shop wrote it."""
    return translations.get(language) or text


def guess_language(*texts: str) -> str:
    """ "zh-hans" when Chinese characters carry the texts, else "en".

    A Chinese character says about as much as three Latin letters, so a Chinese title full of model codes is Chinese.
    """
    joined = " ".join(texts)
    han = len(_HAN.findall(joined))
    return "zh-hans" if han * 3 > len(_LETTER.findall(joined)) - han and han else "en"
