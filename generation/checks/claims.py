"""Claims in words that no fact supports: materials, colours, origins, certificates, capabilities, promises."""

from __future__ import annotations

import re
from dataclasses import dataclass

from generation.checks import polarity
from generation.checks.analysis import Analysis
from generation.checks.cues import cues
from generation.checks.frames import framed
from generation.checks.lexicon import Concept, Hit, lexicon
from generation.checks.models import other_models
from generation.checks.normalise import fold, has_cjk
from generation.checks.words import affirmed, mentions, root, roots_of

_FOLLOWING = re.compile(r"[ -]([a-z]{3,})(?![a-z])")
#: Abbreviations that only look like plurals: "got" is no GOTS.
_NO_PLURALS = frozenset({"gots", "rds", "rws", "grs", "ips", "sgs", "rohs", "gps", "abs", "pes", "ps"})
_ONE_LETTER_COLOURS = frozenset("红黄蓝绿黑白灰粉紫橙青棕金银")
#: Plurals that are things: "steam your greens".
_PLURAL_COLOUR = re.compile(
    r"(?:green|olive|orange|plum|peach|rose|white|brown|lemon|lime|cherry|berry|chestnut|bean)s"
)
#: Behind "fits any": where it goes in, not what it works with.
_ROOM = re.compile(
    r" (?:(?:hand)?bags?|pockets?|purses?|drawers?|corners?|rooms?|homes?|kitchens?|wardrobes?|suitcases?|backpacks?)"
    r"(?![a-z])"
)
_BLENDED = re.compile(r"混纺|交织|混织|拼接")
_BATH = re.compile(r"shampoo|soap|conditioner|(?:body|face|hair) (?:wash|scrub)|shower gel|沐浴|洗发|香皂|身体乳")
_A_SWIM = re.compile(
    r"(?<![a-z])(?:after|before|following|from) (?:an?|your|the|my|his|her|every|each|one) (?:[a-z]+ )?$"
)
_MEANS = re.compile(r"(?:by|via|through|with|using|over) (?:the |an? )?")
_BEARS = frozenset({"holds up to", "stands up to", "hold up to", "stand up to"})
_ALMOST = re.compile(r"(?:nearly|almost|mostly|practically) (?:all |pure |entirely )?$|(?:近乎|几乎|接近)[纯全]?$")
_METALS = frozenset({"silver", "gold", "copper", "bronze"})
#: "Brown the onions", "white out the mistakes"
_VERBS = re.compile(r"(?:brown|blacken|green|white|tan) (?:the|your|them|it|all) ")
_FREED = re.compile(
    r"(?:不含|不加|未添加|不添加|零添加|零|0|无)([\u4e00-\u9fff]{1,4})|([a-z]+)[ -]free|no added ([a-z]+)|no ([a-z]+)"
)
KINDS = (
    "material", "colour", "place", "certificate", "capability", "quality", "health", "eco", "service", "offer",
    "compatibility", "brand",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Claim:
    """A term that claims ``concept`` without support. ``denied``: a fact says the contrary (its index in ``fact``)."""

    start: int
    end: int
    concept: Concept
    denied: bool = False
    fact: int = -1


_OF_PLACE = re.compile(r"的([\u4e00-\u9fff]{2})")


def unsupported(analysis: Analysis) -> list[Claim]:
    """Every claim of a listed kind that no fact supports."""
    known = analysis.memo.get("claims")
    if known is None:
        known = analysis.memo["claims"] = [claim for hit in analysis.hits if (claim := _judge(analysis, hit))]
        taken = [(claim.start, claim.end) for claim in known if claim.concept.kind != "quality"]
        for start, end, kind in framed(analysis):
            if not any(begin < end and start < stop for begin, stop in taken):
                taken.append((start, end))
                known.append(Claim(start, end, Concept("framed", kind)))
        known += [Claim(start, end, Concept("model", "compatibility")) for start, end in other_models(analysis)]
    return known


def _judge(analysis: Analysis, hit: Hit) -> Claim | None:
    concepts = [concept for concept in hit.concepts if concept.kind in KINDS]
    accessories = [concept for concept in hit.concepts if concept.kind == "accessory"]
    if not concepts and not accessories:
        return None
    if hit.of("material") and hit.term.startswith("all ") and _ALMOST.search(analysis.folded, 0, hit.start):
        return None  # "nearly all cotton" of 98 %
    if hit.of("colour") and _PLURAL_COLOUR.fullmatch(analysis.folded, hit.start, hit.end):
        return None  # "steam your greens"
    if any(concept.name == "shower_wear" for concept in concepts) and _BATH.search(analysis.sheet.known):
        return None  # where shampoo is used
    if hit.term == "swim" and _A_SWIM.search(analysis.folded, max(0, hit.start - 20), hit.start):
        return None  # "after a cold swim"
    if hit.term in _BEARS and analysis.folded[hit.end + 1 : hit.end + 2].isdigit():
        return None  # "holds up to 15 kg"
    if hit.term in _NO_PLURALS and not analysis.folded.startswith(hit.term, hit.start):
        return None
    if hit.term == "fingerprint" and analysis.folded.startswith("fingerprints", hit.start):
        return None  # marks, no sensor
    sheet = analysis.sheet
    if hit.of("place") and _made_elsewhere(analysis, hit, concepts):
        return Claim(hit.start, hit.end, concepts[0])
    if any(concept.name in sheet.positive for concept in concepts):
        pure = hit.of("material") and not analysis.is_named(hit.start, hit.end) and _overstated(analysis, hit)
        return Claim(hit.start, hit.end, concepts[0]) if pure and not analysis.negated(hit.start, hit.end) else None
    if analysis.is_named(hit.start, hit.end) or any(concept.kind in ("neutral", "manner") for concept in hit.concepts):
        return None
    if hit.of("material") and _as_plating(analysis, hit):
        return None
    if accessories and included(analysis, hit):
        return _judge_accessory(analysis, hit, accessories)
    if concepts and concepts[0].name == "b_apple" and sheet.positive.keys() & {"ios", "apple"}:
        return None  # who names iOS names iPhones
    if not concepts or not _is_claim(analysis, hit, concepts[0]):
        return None
    if concepts[0].kind not in ("offer", "service") and analysis.negated(hit.start, _end_of_item(analysis, hit)):
        return None
    if hit.of("place") and (its := _OF_PLACE.match(analysis.folded, hit.end)) and f"{hit.term}{its[1]}" in sheet.known:
        return None  # "新疆的长绒棉" of 新疆长绒棉
    if concepts[0].kind == "material" and (_of_condition(analysis, hit) or _of_readers_thing(analysis, hit)):
        return None
    if _literally_known(analysis, hit) or _free_of(analysis, hit):
        return None
    against = next((sheet.negative[concept.name] for concept in concepts if concept.name in sheet.negative), None)
    if against and polarity.refused(analysis.folded, hit.start, hit.end):
        return None
    return Claim(hit.start, hit.end, concepts[0], against is not None, min(against) if against else -1)


_PLATED_BEFORE = re.compile(
    r"(?<![a-z])(?:plat(?:ing|ed)|coat(?:ing|ed))(?: is| in| with| of|:)(?: an?)?(?: thin)? $"
    r"|(?:电?镀|镀层)(?:是|为|了|的是)?$"
)
_PLATED_AFTER = re.compile(r"[- ]plat(?:ing|ed)|镀层")
_FINE_GOLD = re.compile(r"\d{1,2}(?= ?(?:k|karat|carat|ct))")


def _as_plating(analysis: Analysis, hit: Hit) -> bool:
    """Whether the text says that the product is plated with the metal, and the data say so: "the plating is 18K gold"."""
    text, sheet = analysis.folded, analysis.sheet
    metals = {name for concept in hit.of("material") for name in lexicon().closure(concept.name)} & {"gold", "silver"}
    if not metals or not any(f"{metal}_plated" in sheet.positive for metal in metals):
        return False
    if not _PLATED_BEFORE.search(text, max(0, hit.start - 24), hit.start) and not _PLATED_AFTER.match(text, hit.end):
        return False
    fineness = _FINE_GOLD.match(hit.term)
    return fineness is None or re.search(rf"(?<!\d){fineness.group()} ?(?:k|karat|carat|ct)", sheet.known) is not None


_TESTED = re.compile(r"(?<![a-z])(?:hallmark|assay|certif|standard|tested|office)|标准|认证|检验|检测|质检")
_MADE_IN = re.compile(r"(?<![a-z])(?:hand)?(?:made|crafted|built|manufactured|assembled|produced) in $")


def _made_elsewhere(analysis: Analysis, hit: Hit, concepts: list[Concept]) -> bool:
    """Whether the text says that the product is made in a place which the data know as that of a test only, beside an
    origin of their own: "made in England" of what the Birmingham Assay Office hallmarks."""
    sheet = analysis.sheet
    if "origin" not in sheet.attributes or not _MADE_IN.search(analysis.folded, max(0, hit.start - 24), hit.start):
        return False
    rows = {index for concept in concepts for index in sheet.positive.get(concept.name, ())}
    return bool(rows) and all(
        index >= 0
        and "origin" not in sheet.facts[index].attributes
        and _TESTED.search(f"{sheet.facts[index].key} {sheet.facts[index].display}")
        for index in rows
    )


def _overstated(analysis: Analysis, hit: Hit) -> bool:
    """Whether a material is called pure, solid or whole where the facts know it as a part or a surface only."""
    text, sheet = analysis.folded, analysis.sheet
    pure = cues("claim")["pure"]
    said = pure.match(hit.term) or pure.search(text, max(0, hit.start - 8), hit.start)
    if not said or (said.re.match(hit.term) is None and said.end() != hit.start):
        return False
    if _ALMOST.search(text, max(0, hit.start - 16), hit.start):
        return False  # "nearly all cotton" of 98 %
    names = {concept.name for concept in hit.of("material")}
    rows = [sheet.facts[index] for name in names for index in sheet.positive.get(name, ()) if index >= 0]
    if not rows or any(pure.search(row.display) or "100%" in row.display for row in rows):
        return False
    if any(index < 0 for name in names for index in sheet.positive.get(name, ())):
        return False
    return all(len({h.term for h in lexicon().scan_short(row.display) if h.of("material")}) > 1 for row in rows)


def _judge_accessory(analysis: Analysis, hit: Hit, accessories: list[Concept]) -> Claim | None:
    sheet = analysis.sheet
    positive = [concept for concept in accessories if concept.name in sheet.positive]
    if positive or analysis.negated(hit.start, hit.end):
        return None
    against = next((sheet.negative[concept.name] for concept in accessories if concept.name in sheet.negative), None)
    if against is None and (hit.term in sheet.known or _including(analysis, hit)):
        return None
    if against and polarity.refused(analysis.folded, hit.start, hit.end):
        return None
    return Claim(hit.start, hit.end, accessories[0], against is not None, min(against) if against else -1)


def _including(analysis: Analysis, hit: Hit) -> bool:
    """Whether a fact holds under the condition that the thing is counted in: "300 g, including batteries"."""
    including, said = cues("binding")["including"], analysis.folded[hit.start : hit.end]
    conditions = (fold(row.fact.condition) for row in analysis.sheet.facts if row.fact.condition)
    return any(
        said in words
        and including.search(words, 0, words.find(said))
        and not polarity.negated(words, words.find(said), len(words))
        for words in conditions
    )


def _end_of_item(analysis: Analysis, hit: Hit) -> int:
    """Where the longer thing ends that a fact names with the term: the 隔热手套 of 隔热."""
    for row in analysis.sheet.facts if has_cjk(hit.term) else ():
        for item in row.items:
            if (at := item.find(hit.term)) >= 0 and analysis.folded.startswith(item, hit.start - at):
                return max(hit.end, hit.start - at + len(item))
    return hit.end


def _of_condition(analysis: Analysis, hit: Hit) -> bool:
    """Whether a fact's condition names the material: what the product works on, "20 mm in wood"."""
    said = {concept.name for concept in hit.of("material")}
    closure = lexicon().closure
    return any(said & closure(name) for row in analysis.sheet.facts for name in row.included)


def _of_readers_thing(analysis: Analysis, hit: Hit) -> bool:
    """Whether the material is that of a thing at the reader's home: the 玻璃 of "一个玻璃杯"."""
    thing = cues("claim")["material_thing_zh"].match(analysis.folded, hit.end)
    return thing is not None and thing.group(1) not in analysis.sheet.known


def _free_of(analysis: Analysis, hit: Hit) -> bool:
    """Whether the facts say in other words that it is free of what the term says it is free of."""
    freed = _FREED.fullmatch(hit.term) if hit.of("certificate") else None
    if freed is None:
        return False
    thing = next(group for group in freed.groups() if group)
    return mentions(analysis.sheet, thing) and not affirmed(analysis.sheet, thing)


def _literally_known(analysis: Analysis, hit: Hit) -> bool:
    """Whether the very term stands in a fact that does not deny it."""
    if hit.of("colour") and hit.term.endswith("色") and len(hit.term) > 2 and hit.term[:-1] in analysis.sheet.known:
        return True  # 香槟色 of 香槟
    if (means := _MEANS.match(hit.term)) and hit.term[means.end() :] in analysis.sheet.known:
        return True  # "connects by app" of "Connectivity: App"
    spread = hit.term.split() if hit.term.isascii() else [hit.term[:2], hit.term[2:]]
    joined = has_cjk(hit.term) and any(hit.term in f"{row.display}{row.key}" for row in analysis.sheet.facts)
    if not joined and any(word not in analysis.sheet.known for word in spread):
        return False
    if len(hit.term) < 3 and hit.term.isascii():
        return False
    for row in analysis.sheet.facts:
        beside = f"{row.display}{'' if has_cjk(row.key) else ' '}{row.key}"  # "Wax: soy" is soy wax
        spelt = beside.replace("-", " ")  # "vegetable-tanned" is "vegetable tanned"
        of_items = (
            () if has_cjk(row.key) else (f"{item} {row.key}" for item in row.items)
        )  # "Battery: 10 Wh, removable"
        own = (row.display, row.key, beside, spelt, fold(row.fact.condition), fold(row.fact.part))
        for text in (*own, *of_items):
            at = text.find(hit.term)
            if at >= 0:
                whole = not hit.term.isascii() or not (
                    text[at - 1 : at].isalpha() or text[at + len(hit.term) :][:1].isalpha()
                )
                denied = polarity.says_no(row.value) or polarity.negated(text, at, at + len(hit.term))
                if whole and not denied and not polarity.DENYING_KEY.search(row.key):
                    return True
    return any(
        (at := line.find(hit.term)) >= 0 and not polarity.negated(line, at, at + len(hit.term))
        for line in analysis.sheet.background
    )


def included(analysis: Analysis, hit: Hit) -> bool:
    """Whether the text says that the thing named comes with the product."""
    text = analysis.folded
    line_start = text.rfind("\n", 0, hit.start) + 1
    sentence = max(
        line_start, *(text.rfind(mark, 0, hit.start) + 1 for mark in "。；;！"), text.rfind(". ", 0, hit.start) + 1
    )
    patterns = cues("claim")
    if patterns["box_label"].match(text, line_start) or patterns["box_label"].match(text, sentence):
        return True
    begin, stop = polarity.clause(text, hit.start, hit.end)
    last = None
    for match in patterns["includes"].finditer(text, begin, hit.start):
        readers = cues("contents")["readers"].search(text, max(0, match.start() - 8), match.start())
        if not readers and not (match.group() == "配" and _WORN.fullmatch(text, match.end(), hit.end)):
            last = match
    if last is not None:
        between = text[last.end() : hit.start]
        if not patterns["not_a_row"].search(between):
            return True
    after = patterns["included_after"].match(text, hit.end, min(stop, hit.end + 24))
    return after is not None


#: What one wears a piece of clothing with: "配条细项链", "配牛仔裤".
_WORN = re.compile(
    r"[条双顶件副个对上一]{0,2}[\u4e00-\u9fff]{0,3}?(?:项链|耳环|耳钉|手链|手镯|高跟鞋|小白鞋|帆布鞋|运动鞋|乐福鞋|凉鞋|靴子"
    r"|牛仔裤|半身裙|短裤|开衫|外套|西装|衬衫|草帽|丝巾|腰带|包包)"
)


#: "moonstone from Sri Lanka"
_THING_FROM = re.compile(r"(?<![a-z])([a-z]{4,}) from (?:the )?$")


def _of_something_else(analysis: Analysis, hit: Hit) -> bool:
    """Whether the coloured thing is none of the product's: "black jeans", "白墙"; its parts and finishes are."""
    text, patterns = analysis.folded, cues("claim")
    if hit.term.isascii():
        following = _FOLLOWING.match(text, hit.end)
        if hit.term in _METALS:
            return False
        if _VERBS.match(text, hit.start):
            return True
        if following is None or not patterns["coloured"].fullmatch(following.group(1)):
            return False
        return root(following.group(1)) not in roots_of(analysis.sheet)
    if hit.start and text[hit.start - 1 : hit.start + 1] in analysis.sheet.known:
        return True  # the 青色 of 鸦青色
    if set(hit.term) <= _ONE_LETTER_COLOURS and all(letter in analysis.sheet.known for letter in hit.term):
        return True  # the 蓝绿 of 红黄蓝绿
    following = patterns["coloured_zh"].match(text, hit.end)
    if following is not None and following.group(1)[0] in analysis.context.noun:
        return False  # the 裤子 are the jeans
    return following is not None and following.group(1) not in analysis.sheet.known


def _of_product(analysis: Analysis, hit: Hit) -> bool:
    """Whether the product's own English noun stands right behind the material."""
    following = _FOLLOWING.match(analysis.folded, hit.end)
    words = analysis.context.noun.lower().split()
    return following is not None and bool(words) and root(following[1]) == root(words[-1])


def _is_claim(analysis: Analysis, hit: Hit, concept: Concept) -> bool:
    text, patterns = analysis.folded, cues("claim")
    before, after = text[max(0, hit.start - 40) : hit.start], text[hit.end : hit.end + 24]
    if concept.kind == "place":
        if hit.term in ("进口", "国产", "原装进口", "imported"):
            return not after.startswith("袋")  # "揣进口袋"
        if hit.term.isascii():
            following = _FOLLOWING.match(text, hit.end)
            own = following is not None and root(following.group(1)) in roots_of(analysis.sheet)
            thing = _THING_FROM.search(before)
            own = own or (thing is not None and root(thing[1]) in roots_of(analysis.sheet))
            return bool(patterns["made_in"].search(before) or patterns["craft_after"].match(after) or own)
    if (
        concept.kind == "capability"
        and patterns["wished_before"].search(before)
        and patterns["wished_after"].match(after)
    ):
        return False
    if concept.kind == "colour" and _of_something_else(analysis, hit):
        return False
    if concept.kind == "material" and (_BLENDED.match(after) or _of_product(analysis, hit)):
        return True  # "棉与亚麻混纺", "into titanium earbuds"
    elsewhere = {"place": "place_no_origin", "colour": "colour_elsewhere", "material": "material_elsewhere"}
    if name := elsewhere.get(concept.kind):
        return not (patterns[f"{name}_before"].search(before) or patterns[f"{name}_after"].match(after))
    if concept.kind == "compatibility" and _ROOM.match(after):
        return False  # "fits any bag" is about its size
    on_offer = any(row.fact.kind == "offer" for row in analysis.sheet.facts)
    return not (concept.name == "o_sale" and on_offer)
