"""Every number must be one of the facts'."""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.utils.translation import gettext_noop as _

from generation.checks import polarity
from generation.checks.analysis import Analysis, analyse
from generation.checks.arithmetic import other_ratios
from generation.checks.backing import DECLINED, backing
from generation.checks.base import Check, Context, Finding
from generation.checks.counts import miscounted
from generation.checks.english_counts import counted
from generation.checks.literal import part_of_name, stands_in_data
from generation.checks.normalise import fold, has_cjk
from generation.checks.periods import of_another_period
from generation.checks.quantities import Quantity
from generation.checks.registry import register
from generation.checks.scenes import of_the_scene, timed_by_facts
from generation.checks.sheet import FactQuantity
from generation.checks.words import content

_ORDINAL_BEFORE = re.compile(r"(?:第|step ?|步骤 ?|no\. ?|图 ?|chapter |part |figure |note |tip )$")
_ORDINAL_AFTER = re.compile(r"(?:st|nd|rd|th)(?![a-z])|(?:\.|、|\)|）)(?!\d)")
_ORDINAL_ENDING = re.compile(r"(?:st|nd|rd|th)(?![a-z])")
_WATER = re.compile(r"防水|水下|抗水|water|swim|pool|depth|atm|bar")
#: The Chinese names of battery sizes.
_BATTERY = re.compile(r"\s?号(?:碱性|干)?电池")
_BATTERIES = {"5": re.compile(r"(?<![a-z])aa(?![a-z])|[5五]号"), "7": re.compile(r"(?<![a-z])aaa(?![a-z])|[7七]号")}
_DENIED_NEXT = re.compile(r"\s?\? (?:no|nope|nah|not)(?![a-z])")
_BETWEEN = re.compile(r"between(?: any)? \S+ sizes|[在于]?两个?[码号]之?间")
_BLEND = re.compile(r"\D{0,3}\d{2}/\d{2}(?!\d)")
_LINES = ((720.0,), (1080.0,), (1440.0,), (2160.0,))
_SMALL_CHANGE = frozenset({"penny", "pennies", "pence", "cent", "cents"})
_RATE_AFTER = re.compile(
    r"(?:合|才|只要|算下来|算起来|折合|约合|摊下来|平均|下来|不到|大概|大约|差不多|也就|就)+[零一两二三四五六七八九十百\d.]+(?:多|来)?[块元角毛分]"
)
#: "一周敷两三回": how often, and no span of time.
_RATED = re.compile(
    r"[^，。,；;\d]{0,4}?[一二两三四五六七八九十\d][一二两三四五六七八九十\d~到至-]{0,4}(?:次|回|遍|顿|趟)"
)
_NOUN = re.compile(r"[\u4e00-\u9fff]{2,8}")
_THING_AFTER = re.compile(r"[\u4e00-\u9fff]{2,6}")
_THING_BEFORE = re.compile(r"[\u4e00-\u9fff]{2,6}$")
_SERVINGS = frozenset({"杯", "cup", "斗", "瓶"})
# "一周一充" says seven days of battery, "一天的疲惫" says nothing: one of a span of time counts only beside such words
_SPAN_CUE = re.compile(
    r"开封|用完|喝完|吃完|存|充|续航|质保|保修|待机|保质|包换|退换|换新|质量问题|warrant|guarantee|charg|batter|runtime|lasts?\b|power|shelf|return|cover"
)


@register
class UnsupportedNumber(Check):
    """See ``explanation``."""

    key = "unsupported_number"
    severity = "error"
    grounding = True
    title = _("Number or unit not in the product data")
    explanation = _(
        "Every number, with its unit, must be found among the facts. Values are compared, not spellings: 0.5 kg, 500 g "
        "and 一斤 are the same; ranges must be the same range; at least and up to count as part of the number."
    )

    def check(self, text: str, context: Context) -> Iterable[Finding]:
        """Numbers, dates and percentages that no fact supports."""
        analysis = analyse(text, context)
        reported: list[tuple[int, int]] = []
        for claim, supporting, nearest in _judged(analysis):
            if not supporting:
                reported.append((claim.start, claim.end))
                yield self._unsupported(analysis, claim, nearest)
        for start, end, row in other_ratios(analysis):
            yield self.finding(
                _("draft says %(said)s, product data says %(known)s (%(key)s)"), start, end,
                params={"said": text[start:end], "known": row.fact.display, "key": row.fact.key},
                fact=f"{row.fact.key}: {row.fact.display}",
            )  # fmt: skip
        reported += analysis.memo.get("followed", [])
        worked_out = analysis.memo.get("followed", [])
        for start, end, nearest in [*counted(analysis), *miscounted(analysis)]:
            if any(begin < end and start < stop for begin, stop in worked_out):
                continue
            if not any(begin < end and start < stop for begin, stop in reported):
                fact = analysis.sheet.facts[nearest.fact].fact
                yield self.finding(
                    _("draft says %(said)s, product data says %(known)s (%(key)s)"), start, end,
                    params={"said": text[start:end], "known": fact.display, "key": fact.key},
                    fact=f"{fact.key}: {fact.display}",
                )  # fmt: skip

    def _unsupported(self, analysis: Analysis, claim: Quantity, nearest: FactQuantity | None) -> Finding:
        said = analysis.text[claim.start : claim.end]
        if nearest is None or not claim.family:
            return self.finding(
                _("“%(said)s” is not in the product data"), claim.start, claim.end, params={"said": said}
            )
        fact = analysis.sheet.facts[nearest.fact].fact
        if stands_in_data(analysis.sheet, claim):
            return self.finding(
                _("draft says %(said)s, which the product data may mean of something else"), claim.start, claim.end,
                params={"said": said}, severity="warning",
            )  # fmt: skip
        return self.finding(
            _("draft says %(said)s, product data says %(known)s (%(key)s)"), claim.start, claim.end,
            params={"said": said, "known": fact.display, "key": fact.key}, fact=f"{fact.key}: {fact.display}",
            fix=fact.display if len(fact.display) <= 20 else None,
        )  # fmt: skip


def is_claim(analysis: Analysis, item: Quantity) -> bool:
    """Whether a number says something about the product: list marks, ordinals and idioms do not."""
    text = analysis.folded
    before, after = text[max(0, item.start - 8) : item.start], text[item.end : item.end + 4]
    if _ORDINAL_BEFORE.search(before):
        return False
    if _BATTERY.match(text, item.end) and f"{item.low:g}" in _BATTERIES:
        return _BATTERIES[f"{item.low:g}"].search(analysis.sheet.known) is None
    if part_of_name(analysis, item):
        return False
    if item.bound and _DENIED_NEXT.match(text, polarity.sentence(text, item.start, item.end)[1]):
        return False  # "Over 128 grams? Nope."
    if item.words and item.numbers == (1.0,) and _RATE_AFTER.match(text, item.end):
        return False  # "一克合两块五"
    if item.words and item.unit in _SMALL_CHANGE:
        return False  # "a penny less than …", "ten pence a night": what counts is the price beside it
    if text[item.end - 1 : item.end + 1].strip("0123456789")[:1] == "p" and item.numbers[:1] in _LINES:
        return f"{item.numbers[0]:g}" not in analysis.sheet.known  # the 1080 of 1920×1080
    if _of_reader(text, item.start, item.end):
        return False
    if (
        not item.family
        and _BLEND.match(text, max(0, item.start - 3))
        and len(analysis.sheet.by_family.get("percent", ())) > 1
    ):
        return False  # "a 55/45 blend" of 55 % and 45 %
    if item.family == "shoe_size" and DECLINED.match(text, item.end):
        return False  # "41码不在尺码范围内"
    if item.kind == "size" and _BETWEEN.search(before + text[item.start : item.end + 4]):
        return False  # "between two sizes", "介于两个码之间"
    if of_the_scene(analysis, item) or (item.family == "frequency" and analysis.negated(item.start, item.end)):
        return False
    if not item.family:
        if has_cjk(text[item.start - 2 : item.start]) and _in_name(analysis, text[item.start - 2 : item.end]):
            return False  # the 43 of 龙井43
        at_line_start = item.start == 0 or text[item.start - 1] in "\n\t"
        if at_line_start and _ORDINAL_AFTER.match(after):
            return False
        return not _ORDINAL_ENDING.match(after)
    if (item.words and item.family == "time" and item.numbers == (1.0,) and "岁" not in item.unit) or (
        item.words and item.numbers == (0.5,)
    ):
        if item.family == "time" and _RATED.match(text, item.end):
            return False
        begin, end = polarity.clause(text, item.start, item.end)
        begin, end = max(begin - 6, item.start - 24, 0), min(len(text), end + 6, item.end + 24)
        if item.numbers == (0.5,) and item.family == "count":
            return False  # "先下半块" is advice
        return item.family != "time" or _SPAN_CUE.search(text[begin:end]) is not None or timed_by_facts(analysis, item)
    return not (
        item.words
        and item.numbers == (1.0,)
        and (item.family in ("count", "shoe_size", "thread") or item.unit in _SERVINGS)
    )


def _of_reader(text: str, start: int, end: int) -> bool:
    """Whether the number is in a question that somebody asks about himself: "My son weighs 13 kilos; is he too big?"."""
    if text.find("?", end) < 0:
        return False
    begin, stop = polarity.sentence(text, start, end)
    return text[stop : stop + 1] == "?" and _ASKS_OF_SELF.search(text, begin, stop) is not None


_ASKS_OF_SELF = re.compile(r"(?<![a-z])(?:my|i|i'm|i've|our|we)(?![a-z])")


def _in_name(analysis: Analysis, words: str) -> bool:
    """Whether the product data hold these words with their number."""
    return re.search(rf"{re.escape(words)}(?![\d.])", analysis.sheet.known) is not None


def spoken_of(analysis: Analysis) -> list[tuple[Quantity, list[FactQuantity]]]:
    """The quantities that are claims and supported, each with the fact quantities that support it."""
    return [(claim, supporting) for claim, supporting, _nearest in _judged(analysis) if supporting]


def _judged(analysis: Analysis) -> list[tuple[Quantity, list[FactQuantity], FactQuantity | None]]:
    """Every claim with what supports it and what comes nearest, made once for a text."""
    known = analysis.memo.get("numbers")
    if known is None:
        water = bool(_WATER.search(analysis.folded))
        known = analysis.memo["numbers"] = [
            (claim, *_of_its_noun(analysis, claim, *backing(analysis, claim, water)))
            for claim in analysis.quantities
            if is_claim(analysis, claim)
        ]
    return known


def _of_condition_named(analysis: Analysis, claim: Quantity, supporting: list[FactQuantity]) -> FactQuantity | None:
    """The figure of the fact whose condition the sentence names, where the claim is none of its figures: "shrinks by up to
    5 % after the first wash" of what shrinks by 3 % and is 5 % elastane."""
    sheet = analysis.sheet
    conditions: list[tuple[int, str, set[str]]] | None = sheet.memo.get("condition_words")
    if conditions is None:
        told = [(index, fold(row.fact.condition)) for index, row in enumerate(sheet.facts) if row.fact.condition]
        worded = [(index, wording, set(content(wording))) for index, wording in told]
        conditions = sheet.memo["condition_words"] = [entry for entry in worded if len(entry[2]) > 1]
    if not conditions or not claim.family:
        return None
    if any(each.fact < 0 or sheet.facts[each.fact].fact.condition for each in supporting):
        return None
    begin, end = polarity.sentence(analysis.folded, claim.start, claim.end)
    if sum(item.family == claim.family and begin <= item.start < end for item in analysis.quantities) > 1:
        return None
    for index, wording, words in conditions:
        if wording.split()[-1] not in analysis.folded[begin:end] or any(each.fact == index for each in supporting):
            continue
        if not words <= set(content(analysis.folded[begin:end])):
            continue
        if not any(words <= set(content(analysis.sheet.facts[each.fact].display)) for each in supporting):
            own = [each for each in analysis.sheet.by_family.get(claim.family, ()) if each.fact == index]
            if own and not own[0].derived:
                return own[0]
    return None


#: "GB/T 18745-2006": the year of a standard is no year of the product.
_STANDARD_NUMBER = re.compile(
    r"(?<![a-z])(?:gb|qb|fz|hg|jb|sb|ny|ly|db|q|t|iso|iec|en|astm)(?:/[a-z]+)? ?\d{2,6}(?:\.\d+)?-(?:19|20)\d\d"
)


def _things(display: str, count: Quantity) -> list[str]:
    """What a fact's count counts: "2个斜插袋", "绑带一条"."""
    if after := _THING_AFTER.match(display, count.end):
        return [after.group()]
    before = _THING_BEFORE.search(display, max(0, count.start - 6), count.start)
    return [before.group()] if before else []


def _of_its_noun(
    analysis: Analysis, claim: Quantity, supporting: list[FactQuantity], nearest: FactQuantity | None
) -> tuple[list[FactQuantity], FactQuantity | None]:
    """Without support for "三个斜插袋" when a fact says how many 斜插袋 there are and it is not three."""
    if supporting and 1900 <= claim.low < 2100 and analysis.folded.startswith("年", claim.end):
        supporting = [
            each for each in supporting
            if each.fact < 0 or not _STANDARD_NUMBER.search(analysis.sheet.facts[each.fact].display)
        ]  # fmt: skip
    if supporting and (conditioned := _of_condition_named(analysis, claim, supporting)):
        return [], conditioned
    if of_another_period(analysis, claim, supporting):
        return [], supporting[0]
    noun = _NOUN.match(analysis.folded, claim.end)
    if claim.family != "count" or noun is None or not supporting:
        return supporting, nearest
    wanted = noun.group().removeprefix("的")
    own = [
        each
        for each in analysis.sheet.by_family.get("count", ())
        if each.fact >= 0
        and not each.derived
        and each.quantity.kind == claim.kind
        and any(thing in wanted for thing in _things(analysis.sheet.facts[each.fact].display, each.quantity))
    ]
    if not own or any(each.quantity.numbers == claim.numbers for each in own):
        return supporting, nearest
    return [], own[0]
