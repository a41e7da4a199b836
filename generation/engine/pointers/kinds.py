"""Which attribute kind a fact is of, from the wording of its key and the look of its value. Decides, never guesses.

A key that is not known, or a value that does not look like the kind's values, makes an ``unknown_…`` kind, whose
phrases are true of anything.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from generation.engine.contract import Fact
from generation.engine.corpus.phrases import LANGUAGES, Kind, load

DATA = Path(__file__).parent / "data"

_YES = {"yes", "true", "y", "是", "有", "支持", "可以", "带", "可", "能", "√", "✓", "✔", "适用", "有，支持"}
_NO = {"no", "false", "n", "否", "无", "没有", "不支持", "不可以", "不带", "不可", "不能", "×", "✗", "不适用", "none"}
_AFTER_NUMBER = re.compile(r"\d\s*([A-Za-zµμΩ°%″\"']+|[㐀-鿿]+)")
_NUMBER_PATTERN = re.compile(r"\{(?:int|dec):[^}]*\}")
_NOISE = re.compile(r"[\s_\-:：*·./]+")
#: Words that only say that the attribute is one of the product: 商品产地, "Item weight".
_OF_PRODUCT = re.compile(r"^(?:商品|产品|item|product)(?=.{2})")
_BRACKET = re.compile(r"[(（\[【].*?[)）\]】]")
#: "women's" wants a noun behind it, which phrases don't have.
_OWNER = re.compile(r"(?:['’]s|s['’])$")
_SEPARATOR = re.compile(r"[、，,/;；|]| and | & |和")


@cache
def tables(name: str) -> dict[str, Any]:
    """A data table of this package: "plan" or "situations"."""
    return tomllib.loads((DATA / f"{name}.toml").read_text(encoding="utf-8"))


def situation_kinds() -> list[str]:
    """Kinds of facts that belong to offers, orders and inquiries."""
    return list(tables("situations"))


def all_kinds() -> list[str]:
    """Every kind in either language, with those of situations."""
    return sorted({kind for language in LANGUAGES for kind in load(language).kinds} | set(situation_kinds()))


def normal_key(key: str) -> str:
    """A key without case, spaces, brackets and joining signs, for look-up."""
    plain = _NOISE.sub("", _BRACKET.sub("", key)).casefold()
    return _OF_PRODUCT.sub("", plain) or plain


@cache
def _keys() -> dict[str, tuple[str, ...]]:
    """Normalised key → kinds that list it, in either language."""
    found: dict[str, list[str]] = {}
    for language in LANGUAGES:
        for kind in load(language).kinds.values():
            if kind.name in ("selling_point", "benefit") or kind.name.startswith("unknown_"):
                continue
            for key in (*kind.keys, kind.name.replace("_", " ")):
                if "{" not in key and not kind.name.endswith("_feature"):
                    found.setdefault(normal_key(key), []).append(kind.name)
    return {key: tuple(dict.fromkeys(kinds)) for key, kinds in found.items()}


def situation_of(fact: Fact) -> str:
    """The kind of an offer's, order's or inquiry's fact by the wording of its key; "" for any other."""
    return _situation_keys().get(normal_key(folded_key(fact)), "")


@cache
def _situation_keys() -> dict[str, str]:
    return {normal_key(key): kind for kind, entry in tables("situations").items() for key in (kind, *entry["keys"])}


@cache
def _units(kind: str) -> tuple[frozenset[str], bool, frozenset[str]]:
    """Units after numbers in the kind's values, whether its values are mostly numbers, and its literal examples."""
    units: set[str] = set()
    literals: set[str] = set()
    numeric = total = 0
    for language in LANGUAGES:
        for value in _kind(language, kind).values:
            total += 1
            spelt = _NUMBER_PATTERN.sub("1", value)
            if re.search(r"\d", spelt) and "{" not in spelt:
                numeric += 1
            units.update(unit.casefold() for unit in _AFTER_NUMBER.findall(spelt))
            if "{" not in value:
                literals.add(value.casefold())
    return frozenset(units), numeric > 0.6 * max(total, 1), frozenset(literals)


def _kind(language: str, name: str) -> Kind:
    return load(language).kinds.get(name) or Kind(name, {})


def polarity(fact: Fact) -> str:
    """ "yes" or "no" for a fact that is said in words, else ""."""
    value = fact.value.strip().casefold()
    if value in _YES:
        return "yes"
    return "no" if value in _NO else ""


def says_side(key: str) -> bool:
    """Whether yes or no under ``key`` is what the phrases of its kind say, not something of the key's own."""
    return normal_key(key) not in _own_sides()


@cache
def _own_sides() -> frozenset[str]:
    return frozenset(normal_key(key) for key in tables("plan")["own_side"])


def fits(kind: str, value: str) -> bool:
    """Whether ``value`` looks like a value of ``kind``: a kind of numbers needs a number with a unit it knows."""
    units, numeric, literals = _units(kind)
    lowered = value.strip().casefold()
    if _OWNER.search(lowered):
        return False
    if lowered in literals:
        return True
    if not numeric:
        return bool(literals or units)
    found = [unit.casefold() for unit in _AFTER_NUMBER.findall(value)]
    if not re.search(r"\d", value):
        return False
    return any(unit in units for unit in found) if units else not found


def folded_key(fact: Fact) -> str:
    """The key with its part in front: 表壳 + 材质 → 表壳材质, strap + material → strap material.

    A word both have is said once (main body + body material → main body material), and a key that begins with capitals
    keeps them (hub + USB-C ports → hub USB-C ports).
    """
    part, key = fact.part, fact.key
    if not part or part.casefold() in key.casefold():
        return key
    if not part[-1].isascii() or not key[:1].isascii():
        shared = next((size for size in range(min(len(part), len(key)), 1, -1) if part.endswith(key[:size])), 0)
        return part + key[shared:]
    first, _, rest = key.partition(" ")
    if rest and part.casefold().split()[-1] == first.casefold():
        return f"{part} {rest}"
    return f"{part} {key if first[1:2].isupper() or not first[1:].islower() else key[:1].lower() + key[1:]}"


_KELVIN = re.compile(r"\d ?K$")


def resolve(fact: Fact, language: str, *, situations: bool = False) -> tuple[str, str]:
    """Kind and polarity of ``fact`` for a text in ``language``; the kind always has phrases in that language.

    ``situations`` tells that facts of offers, orders and inquiries are expected.
    """
    known = load(language).kinds
    if fact.kind in ("selling_point", "benefit"):
        return fact.kind, ""
    key = normal_key(folded_key(fact))
    if (situations or fact.kind in ("offer", "state")) and (situation := situation_of(fact)):
        return situation, ""
    candidates = [kind for kind in _keys().get(key, ()) if kind in known]
    if fact.part:
        # Only kinds that speak of the part themselves; any other phrase would say it of the whole.
        candidates = [kind for kind in candidates if kind in tables("plan")["of_parts"]]
    side = polarity(fact)
    if side:
        named = [kind for kind in candidates if side in known[kind].polarities and says_side(fact.key)]
        feature = f"{side}_feature"
        return (named[0], side) if named else (feature if feature in known else "unknown_text", side)
    value = fact.display
    listed = bool(_SEPARATOR.search(value))
    fitting = [kind for kind in candidates if known[kind].values and fits(kind, value)]
    if "light_source" in fitting and _KELVIN.search(value):
        return "colour_temperature", ""  # "Light: 4000 K"
    if "colour_options" in fitting and "colour" in fitting:
        return ("colour_options" if listed else "colour"), ""
    best = _best(fitting, key, value, language)
    if best:
        return best, ""
    if re.match(r"\D{0,8}\d", value):
        return "unknown_quantity", ""
    if fact.data_type == "choice" and "unknown_choice" in known:
        return "unknown_choice", ""
    return ("unknown_list" if listed and "unknown_list" in known else "unknown_text"), ""


def _best(fitting: list[str], key: str, value: str, language: str) -> str:
    """The one kind of several that lists this very value, or whose usual key this is; "" when that is not one."""
    if len(fitting) == 1:
        return fitting[0]
    listing = [kind for kind in fitting if value.strip().casefold() in _units(kind)[2]]
    usual = [kind for kind in fitting if normal_key(_kind(language, kind).keys[0]) == key]
    return next((found[0] for found in (listing, usual) if len(found) == 1), "")


def own_key(kind: str, key: str, language: str) -> str:
    """``key``, or the usual wording in ``language`` when the shop's is in the other script and the kind is known."""
    keys = _kind(language, kind).keys
    foreign = key.isascii() if language == "zh" else not key.isascii()
    usable = [wording for wording in keys if "{" not in wording]
    return usable[0] if foreign and usable and not kind.startswith("unknown_") else key
