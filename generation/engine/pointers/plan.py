"""Chooses what one text says: from a brief's many facts a few good ones, in an order the model was taught."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from functools import cache

from generation.engine.contract import Brief, Fact, Limit
from generation.engine.corpus.frames import ATTRIBUTE, choose, frames
from generation.engine.corpus.phrases import LANGUAGES, load
from generation.engine.corpus.situations import ROOMY, fits_frame
from generation.engine.counting import fits
from generation.engine.pointers.kinds import folded_key, own_key, resolve, situation_kinds, tables
from generation.engine.pointers.prompt import FRAMED, Plan, PlannedFact
from generation.engine.pointers.tokens import COPY_KINDS, MOST_FACTS, SITUATIONS, TONES
from generation.engine.pointers.wording import is_plural, joined_sides, short_name, spoken_list, spoken_value

#: Most facts told by kinds of copy that do not go by the brief's length.
_ROOM = {"seo_title": 2, "seo_description": 3, "generic": 3}
#: Kinds of copy that may open with a sentence of the shop's own.
_STATED = ("description", "highlights", "seo_description", "generic")
#: By how many ranks a fact may rise or fall from one draft to the next, so that drafts tell different facts.
_DRIFT = 2.0
_UNFIT = re.compile(r"[<>{}|\n\r\t]|https?:|&\w+;")
_FIGURE = re.compile(r"\d+(?:\.\d+)?")
_SEPARATOR = re.compile(r"[\s\-_/|,，、·]+")


class CannotPlan(ValueError):
    """The brief has not enough facts for this kind of text, or asks for a language the writer does not know."""


def plan_for(brief: Brief, seed: int, *, fewer: int = 0) -> Plan:
    """The plan of one candidate. Another ``seed`` chooses and orders otherwise; ``fewer`` facts make a shorter text.

    Raises ``CannotPlan`` for a language other than Chinese and English, and for notices and replies whose facts fill
    no wording known.
    """
    language = language_of(brief.language)
    kind = copy_kind_of(brief.copy_kind)
    rng = random.Random(f"{brief.name}/{seed}")
    noun = noun_of(brief, language)
    brand = "" if not brief.brand or brief.brand.casefold() in brief.name.casefold() else _clean(brief.brand)
    # A result page is searched for by the words of the whole title; prose calls the product by its name.
    name = _clean(brief.name) if kind == "seo_title" else short_name(_clean(brief.name), brief.brand, language)
    base = {
        "language": language,
        "copy_kind": kind,
        "name": name,
        "noun": noun,
        "brand": brand,
        "tone": brief.tone if brief.tone in TONES else "plain",
        "opened": bool(brief.opening),
    }
    planned = planned_facts(brief, language, situations=kind in FRAMED)
    if kind in FRAMED:
        return _framed(brief, base, planned, rng, fewer)
    return _described(brief, base, planned, rng, fewer)


def language_of(code: str) -> str:
    """ "zh" or "en" for a language code such as "zh-hans"; raises ``CannotPlan`` for others."""
    short = code.lower().replace("_", "-").split("-")[0]
    if short not in LANGUAGES:
        raise CannotPlan(f"the bundled writer writes Chinese and English, not {code!r}; choose another writer")
    return short


def copy_kind_of(copy_kind: str) -> str:
    """The model's kind of copy for a slot's: its last word where that is known, else "generic"."""
    last = copy_kind.rpartition(".")[2]
    return "seo_title" if last == "title" else last if last in COPY_KINDS else "generic"


def noun_of(brief: Brief, language: str) -> str:
    """What to call one of it: the brief's noun, or a known noun at the end of the name; "" when unsure."""
    noun = _clean(brief.noun)
    if not noun:
        noun = next((known for known in _nouns(language) if _ends_with(brief.name, known, language)), "")
    if language == "zh":
        return noun if not noun.isascii() else ""
    if not noun.isascii():
        return ""
    # "USB hub" and "T-shirt" keep their capitals.
    lowered = noun if re.match(r"[A-Z](?:[A-Z0-9]|-)", noun) else noun[:1].lower() + noun[1:]
    if lowered.casefold().startswith(("pair of ", "set of ")):
        return lowered
    if lowered.split(" ")[-1].lower() in tables("plan")["pairs"]:
        return f"pair of {lowered}"
    return "" if is_plural(lowered) else lowered


@cache
def _nouns(language: str) -> tuple[str, ...]:
    """Known nouns, longest first."""
    nouns = {noun.removeprefix("pair of ") for category in load(language).categories for noun in category.nouns}
    return tuple(sorted(nouns, key=len, reverse=True))


def _ends_with(name: str, noun: str, language: str) -> bool:
    if language == "zh":
        return len(noun) > 1 and name.endswith(noun)
    return re.search(rf"(?:^|\s){re.escape(noun)}$", name, re.IGNORECASE) is not None


def planned_facts(brief: Brief, language: str, *, situations: bool = False) -> list[tuple[Fact, PlannedFact]]:
    """The facts that can stand in prose, each with its planned form, in the brief's order."""
    found: list[tuple[Fact, PlannedFact]] = []
    seen: set[tuple[str, str]] = set()
    for fact in brief.facts:
        if fact.kind == "statement" or not _speakable(fact, language) or (not situations and _idle(fact, brief)):
            continue
        kind, side = resolve(fact, language, situations=situations)
        value = side or spoken_list(_clean(spoken_value(fact)), kind, language)
        key = own_key(kind, _clean(folded_key(fact)), language)
        if kind == "benefit":
            key = _benefit_heading(value, language)
        if (key.casefold(), value.casefold()) in seen:
            continue
        seen.add((key.casefold(), value.casefold()))
        named = kind.startswith("unknown_") or kind.endswith("_feature")
        found.append((fact, PlannedFact(kind, key, value, _clean(fact.condition), side, named)))
    return _with_sides_joined(found, language)


def _benefit_heading(value: str, language: str) -> str:
    """A heading for a benefit: the key of the fact it explains stands above that fact already."""
    headings = [text for text in load(language).kinds["benefit"].phrases("heading") if "{" not in text]
    return headings[sum(map(ord, value)) % len(headings)]


def _with_sides_joined(found: list[tuple[Fact, PlannedFact]], language: str) -> list[tuple[Fact, PlannedFact]]:
    """Width, depth and height as one measure in the place of the first, where the product has no other measure."""
    sides = [(planned.kind, fact) for fact, planned in found if planned.kind in ("width", "depth", "length", "height")]
    told = joined_sides(sides, language)
    if told is None or any(planned.kind == "dimensions" for _, planned in found):
        return found
    first = sides[0][1]
    kept = [entry for entry in found if entry[0] is first or all(entry[0] is not fact for _, fact in sides)]
    whole = PlannedFact("dimensions", *told)
    return [(fact, whole if fact is first else planned) for fact, planned in kept]


def _speakable(fact: Fact, language: str) -> bool:
    """Short, without mark-up, and true of the product as a whole."""
    longest = tables("plan")["longest"][language]
    texts = (fact.key, fact.display, fact.condition, fact.part)
    if not fact.key.strip() or not fact.value.strip() or fact.scope:
        return False
    return not any(_UNFIT.search(text) for text in texts) and all(len(text) <= longest for text in texts)


def _idle(fact: Fact, brief: Brief) -> bool:
    """Whether a fact says nothing a reader wants: a number of the shop's own, the brand again, an empty value."""
    table = tables("plan")
    value, key = fact.display.strip().casefold(), fact.key.strip().casefold()
    same = {key, brief.name.casefold(), brief.brand.casefold()}
    return key in table["ignored_keys"] or value in table["empty_values"] or value in same


def _clean(text: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"[<>{}|]", " ", text)).strip().rstrip("。.;；,，")


def _described(
    brief: Brief, base: dict, planned: list[tuple[Fact, PlannedFact]], rng: random.Random, fewer: int
) -> Plan:
    """Key facts first, then selling points, known attributes, unknown ones; box contents and the like at the end."""
    kind, language = base["copy_kind"], base["language"]
    most = _ROOM.get(kind) or rng.randint(*tables("plan")["count"][brief.length])
    statement = _statement(brief, language, rng) if kind in _STATED and not fewer else ""
    most = max(0 if fewer or statement else 1, most - fewer - bool(statement))
    last_kinds = tables("plan")["last"]
    benefits = [entry for entry in planned if entry[0].kind == "benefit"]
    # What a product lacks is said only where the shop calls it important.
    others = [
        entry for entry in planned if entry[0].kind != "benefit" and (entry[1].polarity != "no" or entry[0].is_key)
    ]
    if kind == "seo_title":
        others = [entry for entry in others if _in_title(entry[1], base["name"])]
    ranked = sorted(others, key=lambda entry: _rank(*entry) + rng.random() * _DRIFT)
    body = [entry for entry in ranked if entry[1].kind not in last_kinds or entry[0].is_key]
    tail = [entry for entry in ranked if entry not in body] if kind in ("description", "highlights") else []
    must = sum(fact.is_key for fact, _ in body)
    # With few facts at hand every draft would tell them all, and all drafts the same.
    most = min(most, max(3, round(len(body) * 0.55)))
    chosen = _diverse(body, max(most, 0 if fewer else min(must, MOST_FACTS - 2)))
    room = 1 if brief.length != "long" else 2
    ends = tail[:room] if len(chosen) + len(tail) <= most or rng.random() < 0.6 else []
    ends = ends if len(chosen) < 2 or not fewer else []
    facts = _ordered([entry[1] for entry in chosen], rng)
    said = [(fact, entry) for fact, entry in chosen]
    facts = _with_benefits(facts, said, benefits) if kind != "seo_title" else facts
    facts += sorted((entry[1] for entry in ends), key=lambda fact: last_kinds.index(fact.kind))
    long_name = len(base["name"]) > tables("plan")["long_name"][language]
    unnamed = bool(base["noun"]) and kind != "seo_title" and (long_name or rng.random() < 0.45)
    chosen_facts = tuple(_fitting(facts[:MOST_FACTS], base["name"], brief.limit))
    if kind == "description":
        # How much stands in sentences and how much in bullets goes by the length the model is told.
        base["brand"] = base["brand"] if rng.random() < 0.7 else ""
    told = rng.choice(("short", "medium", "medium", "long")) if kind == "description" else brief.length
    return Plan(
        **base,
        length=told,
        facts=chosen_facts,
        more=len(chosen_facts) < len(brief.facts),
        unnamed=unnamed,
        statement=statement,
    )


def _fitting(facts: list[PlannedFact], name: str, limit: Limit | None) -> list[PlannedFact]:
    """The first of ``facts`` that a text with ``name`` has room for, said with their keys; all where nothing limits it."""
    told: list[PlannedFact] = []
    for fact in facts if limit else ():
        if not fits(" | ".join([name, *(f"{one.key} {one.value}" for one in (*told, fact))]), limit):
            break
        told.append(fact)
    return told if limit else facts


def _statement(brief: Brief, language: str, rng: random.Random) -> str:
    """One of the shop's own sentences about the product, if it says more than the name."""
    name = brief.name.casefold()
    said = [_clean(fact.value) for fact in brief.facts if fact.kind == "statement" and _speakable(fact, language)]
    told = [text for text in said if text.casefold() not in name]
    return rng.choice(told) if told else ""


def _in_title(fact: PlannedFact, name: str) -> bool:
    """Whether a title is the place for the fact: short, whole without a condition, and not said by the name already."""
    said = _plain(fact.value)
    return (
        not fact.condition
        and len(fact.value) <= 20
        and fact.kind not in tables("plan")["untitled"]
        and not _is_bare(fact)
        and said not in _plain(name)
    )


def _is_bare(fact: PlannedFact) -> bool:
    """Whether the value is a figure whose unit the shop's data left out: "screen 5.0"."""
    return fact.kind in tables("plan")["measured"] and _FIGURE.fullmatch(fact.value) is not None


def _rank(fact: Fact, planned: PlannedFact) -> int:
    if fact.is_key:
        return 0
    if _is_bare(planned):
        return 5
    if planned.kind == "selling_point":
        return 1
    if planned.kind in tables("plan")["minor"]:
        return 4
    return 3 if planned.named else 2


def _diverse(ranked: Sequence[tuple[Fact, PlannedFact]], most: int) -> list[tuple[Fact, PlannedFact]]:
    """The first ``most``, at most two of one kind unless they are key facts or nothing else is left."""
    counts: dict[str, int] = {}
    first: list[tuple[Fact, PlannedFact]] = []
    rest: list[tuple[Fact, PlannedFact]] = []
    for fact, planned in ranked:
        counts[planned.kind] = counts.get(planned.kind, 0) + 1
        allowed = 2 if planned.named or planned.kind == "selling_point" else 1
        (first if fact.is_key or counts[planned.kind] <= allowed else rest).append((fact, planned))
    return (first + rest)[:most]


def _ordered(facts: list[PlannedFact], rng: random.Random) -> list[PlannedFact]:
    """Shuffled, with attributes nobody knows behind the known ones, as the corpus has it."""
    shuffled = rng.sample(facts, len(facts))
    return sorted(shuffled, key=lambda fact: fact.named)


def _with_benefits(
    facts: list[PlannedFact],
    chosen: list[tuple[Fact, PlannedFact]],
    benefits: list[tuple[Fact, PlannedFact]],
) -> list[PlannedFact]:
    """Each approved benefit right behind the fact it explains."""
    by_key = {_plain(fact.key): planned for fact, planned in benefits}
    keys = {id(planned): _plain(fact.key) for fact, planned in chosen}
    told: list[PlannedFact] = []
    for fact in facts:
        told.append(fact)
        benefit = by_key.pop(keys[id(fact)], None)
        if benefit is not None:
            told.append(benefit)
    if not facts:
        told += [planned for _, planned in benefits[:1]]
    return told


def _plain(key: str) -> str:
    return _SEPARATOR.sub("", key).casefold()


def _framed(brief: Brief, base: dict, planned: list[tuple[Fact, PlannedFact]], rng: random.Random, fewer: int) -> Plan:
    """Facts for one of the wordings that campaigns, notices and replies follow."""
    kind, language = base["copy_kind"], base["language"]
    situation = brief.situation if brief.situation in SITUATIONS else ""
    if kind in ("notice", "reply") and not situation:
        situation = "shipped" if kind == "notice" else "product_question"
    base = {**base, "situation": situation, "length": "medium"}
    special = set(situation_kinds())
    of_offer = {fact.kind: fact for _, fact in planned if fact.kind in special}
    product = [fact for _, fact in sorted(planned, key=lambda entry: not entry[0].is_key) if fact.kind not in special]
    if kind == "sms" and "sign" not in of_offer and base["brand"]:
        of_offer["sign"] = PlannedFact("sign", "sign", base["brand"])
    if situation == "product_question" and product:
        return Plan(**base, facts=tuple(product[: max(1, 2 - fewer)]))
    names = {"n"} | ({"t"} if base["noun"] else set()) | ({"b"} if base["brand"] else set())
    if kind in ("notice", "reply") and "item" not in of_offer and base["name"]:
        of_offer["item"] = PlannedFact("item", "item", base["name"])
    rng.shuffle(product)
    candidates = tuple(frame for frame in frames(language, kind, situation) if ATTRIBUTE not in frame.slots)
    kinds = set(of_offer)
    for keyed in (True, False):
        if any(fits_frame(fact, keyed=keyed) for fact in product):
            kinds.add(ATTRIBUTE)
            keyed_frames = (frame for frame in frames(language, kind, situation) if ATTRIBUTE in frame.slots)
            candidates += tuple(frame for frame in keyed_frames if frame.keyed == keyed)
    frame = choose(candidates, kinds, names, rng, wanted=max(0, 3 - fewer))
    if frame is None:
        raise CannotPlan(
            f"nothing can be said: a {kind} {situation or 'text'} needs facts such as an order or an offer"
        )
    facts: list[PlannedFact] = []
    for slot in frame.slots:
        if slot == ATTRIBUTE:
            attribute = next(fact for fact in product if fits_frame(fact, keyed=frame.keyed))
            product.remove(attribute)
            facts.append(attribute)
        else:
            facts.append(of_offer[slot])
    if kind in ROOMY and not fewer:
        facts += _ordered(
            [fact for fact in product if fact.kind not in tables("plan")["last"]][: rng.choice((0, 1, 2))], rng
        )
    return Plan(**base, facts=tuple(facts[:MOST_FACTS]))
