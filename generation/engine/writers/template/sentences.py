"""Facts said in plain words: one sentence, one bullet or one short phrase each, in English and Chinese.

Refuses to be clever: nothing is said that is not the fact's own key, value, condition and part.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from generation.engine.contract import Fact


@dataclass(frozen=True, slots=True)
class Wording:
    """The sentence of one kind of attribute in each language, and the values it is right for."""

    sentences: dict[str, str]
    unit: re.Pattern[str] | None


@lru_cache(maxsize=1)
def wordings() -> dict[str, Wording]:
    """Wordings of ``sentences.toml`` by case-folded key."""
    data = tomllib.loads(resources.files(__package__).joinpath("sentences.toml").read_text("utf-8"))
    found: dict[str, Wording] = {}
    for row in data.values():
        unit = re.compile(row["unit"], re.IGNORECASE) if "unit" in row else None
        wording = Wording({language: row[language] for language in ("en", "zh-hans")}, unit)
        found.update({key.casefold(): wording for key in row["keys"]})
    return found


def is_chinese(language: str) -> bool:
    """Whether copy in ``language`` ("zh-hans", "zh-hant", …) takes Chinese punctuation."""
    return language.startswith("zh")


def label(fact: Fact, language: str) -> str:
    """The fact's key with its part: "Material (inner wall)", "内壁材质"."""
    if not fact.part:
        return fact.key
    return f"{fact.part}{fact.key}" if is_chinese(language) else f"{fact.key} ({fact.part})"


def value(fact: Fact, language: str) -> str:
    """The displayed value; "yes" and "no" become words of the language."""
    if fact.data_type == "boolean" or fact.value.casefold() in ("yes", "no"):
        yes = fact.value.casefold() in ("yes", "true", "1")
        return ("支持" if yes else "不支持") if is_chinese(language) else ("yes" if yes else "no")
    return fact.display


#: What needs its key to mean anything: a span of time, a figure without a unit.
_PERIOD = re.compile(r"\d+(?:\.\d+)? ?(?:hours?|h|days?|weeks?|months?|years?|小时|分钟|天|周|个月|年)")
_FIGURE = re.compile(r"[\d.,]+")
_VERSION = re.compile(r"(?: version|版本|型号)$")
#: What one does with a thing is no property to search for.
_CARE = re.compile(r"(?:care|wash|clean|storage|store)|洗|保养|护理|打理|贮存|储存|存放|使用方法")
#: Keys that complete a value of one word: "regular fit", "medium roast", 宽松版型.
_COMPLETING = frozenset({"fit", "roast", "sleeve", "pattern", "collar", "版型"})
#: Keys of a part, whose material is not the whole's: a pan of beech wood has a beech wood handle.
_PART = re.compile(
    r"(handle|strap|lid|base|buckle|clasp|lining|cover|band|sole|insole|heel|frame|legs?|zip|button|chain)(?: material)?"
    r"|(手柄|把手|表带|腕带|肩带|盖子?|底座|内胆|内里|里料|里衬|鞋底|鞋垫|镜框|支架|拉链|枕套|外壳|链条)(?:材质|材料|面料)?"
)


def in_title(fact: Fact, language: str) -> str:
    """The fact as a title can say it: its value, with its key where the value alone means little; "" if not at all."""
    said, key = value(fact, language), fact.key.strip()
    if _PERIOD.fullmatch(said) or _CARE.search(key.casefold()):
        return ""
    if _FIGURE.fullmatch(said):
        return f"{_VERSION.sub('', key)} {said}"
    if part := _PART.fullmatch(key.casefold()):
        name = part[1] or part[2]
        return said if name in said.casefold() else f"{said}{name}" if is_chinese(language) else f"{said} {name}"
    if key.casefold() in _COMPLETING and " " not in said and not said.casefold().endswith(key.casefold()):
        return f"{said}{key}" if is_chinese(language) else f"{said} {key.lower()}"
    if key.casefold() in ("suitable for", "for"):
        return f"for {said}"
    return said


def qualified(fact: Fact, language: str) -> str:
    """The condition in brackets, or ""."""
    condition = "; ".join(part for part in (fact.condition, fact.scope) if part)
    if not condition:
        return ""
    return f"（{condition}）" if is_chinese(language) else f" ({condition})"


def phrase(fact: Fact, language: str) -> str:
    """The fact in a few words, without a final stop: "Weight 19 g (without strap)", or the selling point itself."""
    if fact.in_words:
        return fact.value
    separator = "" if is_chinese(language) else " "
    if fact.data_type == "boolean":
        separator = "：" if is_chinese(language) else ": "
    return f"{label(fact, language)}{separator}{value(fact, language)}{qualified(fact, language)}"


def bullet(fact: Fact, language: str) -> str:
    """The fact as a bullet line of copy text: "- **Weight:** 19 g (without strap)"."""
    if fact.in_words:
        return f"- {capital(fact.value)}"
    said = f"{value(fact, language)}{qualified(fact, language)}"
    heading = capital(label(fact, language))
    return f"- **{heading}**：{said}" if is_chinese(language) else f"- **{heading}:** {said}"


def sentence(fact: Fact, language: str) -> str:
    """The fact as a full sentence with its stop."""
    chinese = is_chinese(language)
    if fact.in_words:
        return stop(capital(fact.value), language)
    wording = wordings().get(fact.key.casefold()) if not fact.part and fact.data_type != "boolean" else None
    if wording and (wording.unit is None or wording.unit.fullmatch(fact.display)):
        said = wording.sentences["zh-hans" if chinese else "en"]
        return said.replace("{v}", fact.display).replace("{q}", qualified(fact, language))
    colon = "：" if chinese else ": "
    return stop(f"{capital(label(fact, language))}{colon}{value(fact, language)}{qualified(fact, language)}", language)


def stop(text: str, language: str) -> str:
    """``text`` with the language's full stop, unless it ends with one."""
    if text and text[-1] in "。.!?！？":
        return text
    return text + ("。" if is_chinese(language) else ".")


def capital(text: str) -> str:
    """``text`` with a capital first letter; the rest stays as it is ("USB-C port")."""
    return text[:1].upper() + text[1:]
