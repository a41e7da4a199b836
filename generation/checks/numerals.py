"""Numbers written in words: Chinese numerals and English number words."""

from __future__ import annotations

import re

_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_PLACES = {"十": 10, "百": 100, "千": 1000}
_GROUPS = {"万": 10_000, "亿": 100_000_000}
_ONES = dict(
    zip(
        [
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
        ],
        range(1, 20),
        strict=True,
    )
)
_TENS = dict(
    zip(["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], range(20, 100, 10), strict=True)
)

#: Patterns of a number in words, without groups; to be used on folded text.
CHINESE = (
    r"[二两三四五六七八九十]分之[一二三四五六七八九]"
    r"|[零〇一二两三四五六七八九十百千万亿]+(?:点[零〇一二三四五六七八九]+)?|半"
)
_SMALL = (
    rf"(?:(?:{'|'.join(_TENS)})(?:[ -](?:{'|'.join(list(_ONES)[:9])})(?![a-z]))?"
    rf"|(?:{'|'.join(sorted(_ONES, key=len, reverse=True))})(?![a-z]))"
)
_DIGIT_WORDS = f"(?:{'|'.join(['nought', 'zero', 'oh', *list(_ONES)[:9]])})"
_BELOW_THOUSAND = rf"(?:(?:an?|{_SMALL}) hundred(?:(?: and)?[ -]{_SMALL})?|{_SMALL})"
ENGLISH = (
    rf"(?:(?:a|one|two) thirds? of an?|(?:a|one|two|three|four) fifths? of an?|three[ -]quarters? of an?"
    rf"|two dozen|(?:a |one )?quarter of an?|(?:a )?quarter(?=[ -])|half of an?|half a dozen|a dozen"
    rf"|dozen|a couple of|half an?|half|all(?= week)"
    rf"|(?:an?|{_BELOW_THOUSAND}) thousand(?:,?(?: and)? {_BELOW_THOUSAND})?"
    rf"|(?:an?|{_SMALL}) hundred(?:(?: and)?[ -]{_SMALL})?"
    rf"|{_SMALL} point(?: {_DIGIT_WORDS}(?![a-z]))+"
    rf"|an?(?! (?:{'|'.join([*_TENS, *_ONES])})[ -])"
    rf"|{_SMALL})(?![a-z])"
)


def read_chinese(word: str) -> float | None:
    """The value of a Chinese numeral ("三十", "一万二千", "二〇二四", "一点五"), or None if it is none."""
    if word == "半":
        return 0.5
    below, divided, above = word.partition("分之")
    if divided:
        return _DIGITS.get(above, 0) / (_DIGITS.get(below) or 10)
    whole, _, fraction = word.partition("点")
    if not whole or any(char not in _DIGITS and char not in _PLACES and char not in _GROUPS for char in whole):
        return None
    tail = float("0." + "".join(str(_DIGITS[char]) for char in fraction)) if fraction else 0.0
    if not any(char in _PLACES or char in _GROUPS for char in whole):
        if len(whole) == 1:
            return _DIGITS[whole] + tail
        if "两" in whole or (len(whole) == 2 and "〇" not in whole and "零" not in whole):
            return None  # "两三", "七八": a guess, not a number
        if len(whole) == 3 and not {"〇", "零"} & set(whole):
            return None  # "一三五", "二四六": days of the week
        return float("".join(str(_DIGITS[char]) for char in whole)) + tail
    total = section = digit = 0
    for char in whole:
        if char in _DIGITS:
            digit = _DIGITS[char]
        elif char in _PLACES:
            section += (digit or 1) * _PLACES[char]
            digit = 0
        else:
            total = (total + section + digit or 1) * _GROUPS[char]
            section = digit = 0
    if digit and whole[-1] in _DIGITS and len(whole) > 1 and whole[-2] in "百千万":  # 一百五 is 150
        digit *= {"百": 10, "千": 100, "万": 1000}[whole[-2]]
    return float(total + section + digit) + tail


def guess_range(word: str) -> tuple[int, int] | None:
    """The bounds of a Chinese guess ("七八" → 7, 8; "两三" → 2, 3), or None."""
    if len(word) == 2 and all(char in _DIGITS for char in word):
        low, high = _DIGITS[word[0]], _DIGITS[word[1]]
        if 0 < low < high <= low + 2:
            return low, high
    return None


def read_english(words: str) -> float | None:
    """The value of an English number in words ("twenty-five", "half a", "a dozen", "three hundred")."""
    if "quarter" in words and " point " not in words:
        return 0.75 if words.startswith("three") else 0.25
    if words == "half a dozen":
        return 6.0
    if words in ("a dozen", "dozen"):
        return 12.0
    if words == "two dozen":
        return 24.0
    if "third" in words or "fifth" in words:
        first = words.split()[0]
        return (1 if first == "a" else _ONES[first]) / (3 if "third" in words else 5)
    if words == "a couple of":
        return 2.0
    if words.startswith("half"):
        return 0.5
    if words in ("a", "an", "all"):
        return 1.0
    whole, point, fraction = words.partition(" point ")
    if point:
        digits = "".join(str(_ONES.get(word, 0)) for word in fraction.split())
        return (read_english(whole) or 0) + float(f"0.{digits}")
    total = part = 0
    for word in re.split(r"[ ,-]+", words):
        if word in ("a", "an"):
            part = 1
        elif word == "hundred":
            part *= 100
        elif word == "thousand":
            total, part = total + part * 1000, 0
        else:
            part += _ONES.get(word) or _TENS.get(word) or 0
    total += part
    return float(total) if total else None
