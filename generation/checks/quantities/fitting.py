"""Whether a spelling can be a unit where it stands: short ones mean other things when they stand alone."""

from __future__ import annotations

import re

from generation.checks.cues import cues
from generation.checks.units import units

# Units that make an idiom after a numeral written in characters: 一点、十分、一点点、一面、万一
#: What runs on 2.4 or 5 GHz.
_BAND = re.compile(r"\s?(?:频段|频|网络|信号|wi-?fi|无线|通道|双模|接收器|连接|蓝牙)")
_BAND_BEFORE = re.compile(r"(?:wi-?fi|频段|切到|切换到|双频|三模|双模|有线|蓝牙|支持|仅|/|、|和)\s?$")
#: "9 V / 3 A"
_VOLTS_BEFORE = re.compile(r"\d ?v ?[/,·x×] ?$")
_ON_SALE = re.compile(r"打|低至|仅|只要|全场|优惠|统统|享|券")
_NO_SHARE = frozenset("功分本为员长熟新人品套立交都了双型就果绩是会要像天群片")
_STONE_AFTER = re.compile(r"[.,;:)!?]|$| (?:dog|of |or|and)")
_AFTER_NUMERAL = frozenset({"点", "分", "头", "眼", "位", "重", "度", "项", "步", "股", "首", "日", "寸", "尺"})


def is_band(text: str, match: re.Match[str]) -> bool:
    """Whether "2.4g" or "5g" names a radio band and no mass."""
    if match["digits"] not in ("2.4", "5", "5.8") or match["gap"] or is_generation(text, match):
        return False
    if _BAND.match(text, match.end("unit")):
        return True
    return match["digits"] != "5" and _BAND_BEFORE.search(text, 0, match.start()) is not None


_GENERATION = re.compile(r"\s?(?:网络|手机|信号|通信|通讯|上网|全网通|双卡|时代|network|phone|signal)")
_WIRELESS = re.compile(r"wi-?fi|频|路由|2\.4g|router|band")


def is_generation(text: str, match: re.Match[str]) -> bool:
    """Whether "5g" is a generation of mobile networks, which is no quantity."""
    if (
        match["digits"] not in ("2", "3", "4", "5", "6")
        or match["gap"]
        or not _GENERATION.match(text, match.end("unit"))
    ):
        return False
    return _WIRELESS.search(text, max(0, match.start() - 16), match.end("unit") + 6) is None


def unit_fits(text: str, match: re.Match[str], unit_text: str) -> bool:
    """Whether the spelling can be a unit here: short spellings mean other things when they stand alone."""
    unit, gap = units()[unit_text], match["gap"]
    after = text[match.end("unit") : match.end("unit") + 6]
    if unit.attached and gap:
        return unit_text == "a" and _VOLTS_BEFORE.search(text, 0, match.start()) is not None
    if unit_text == "d" and not (match["digits"] and float(match["digits"].replace(",", "")) >= 10):
        return False  # 3D is no thread
    if unit_text in ("stone", "stones"):  # a weight of people and dogs, where it is no gem
        return (
            unit_text == "stone"
            and match["english"] not in ("a", "an", "one")
            and gap == " "
            and _STONE_AFTER.match(after) is not None
        )
    if unit_text == "bar" and match["english"] in ("a", "an"):
        return False
    if unit_text == "g" and is_band(text, match):
        return False
    if unit_text in ("c", "!c") and match["digits"] == "3":
        return False  # 3C is a certificate
    if unit_text == "in" and match["english"] not in (None, "a", "an", "half an", "half a"):
        return False
    if unit_text == "in" and (match["fraction"] or match["vulgar"]):
        return not cues("number")["inch_not_after"].match(after) and not after.startswith(" stock")
    if unit_text == "in":
        return not re.match(r" ?-? ?(?:1\b|one\b)", after) and (
            not gap
            or bool(cues("number")["inch_after"].match(after))
            or ("." in (match["digits"] or "") and not cues("number")["inch_not_after"].match(after))
        )
    if unit_text == "k":
        return (match["digits"] or "").replace(",", "").isdigit() and float(match["digits"].replace(",", "")) >= 1000
    if unit_text in (
        "s",
        "d",
        "h",
        "p",
        "t",
        "m",
        "l",
        "g",
        "w",
        "v",
        "pa",
        "ct",
        "mo",
        "k",
        "cal",
        "time",
        "use",
        "heads",
    ):
        if match["english"]:
            return False
        if unit_text in ("s", "d", "p") and gap:
            return False
    if (
        unit_text == "折"
        and match["chinese"] == "一"
        and not _ON_SALE.search(text, max(0, match.start() - 6), match.start())
    ):
        return False  # "顺手一折"
    if unit_text == "成" and after[:1] in _NO_SHARE:
        return False
    if match["chinese"] and unit_text in _AFTER_NUMERAL:
        return unit_text == "度" and (match["sign"] is not None or len(match["chinese"]) > 1)
    if unit_text == "分" and after[:1] in ("之", "享", "明", "外", "级", "区", "类", "体", "层", "开", "段", "别"):
        return False
    if unit_text == "月":
        return after[:1] == "龄" or (match["chinese"] is not None and after[:1] == "大")  # 12月 and 七月 are dates
    if unit_text == "年" and (match["digits"] or "").isdigit() and len(match["digits"]) == 4:
        return False
    if match["english"] in ("a", "an") and (unit.family == "count" or unit.family == "percent"):
        return False
    if unit_text == "年" and after[:1] in ("级", "货", "轻", "糕", "画"):
        return False
    if unit_text == "日" and after[:1] in ("常", "子", "光", "志", "本", "式", "系", "历", "夜", "间"):
        return False
    return not (unit_text == "头" and match["chinese"])
