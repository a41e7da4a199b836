"""Whether words affirm or deny what they name: "不可潜水", "take it off for diving", "充电头需自备"."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from importlib import resources

_CLAUSE_END = re.compile(
    # "USB-C cable (adapter not included)" excludes the adapter only
    r"[(（](?=[^()（）]*(?:not included|sold separately|不含|不包含|另购|另售|需自备))"
    r"|[。；！？!?;\n\t，]|, (?!or |nor )|,(?! )|(?<![0-9])\. |\.$"
)
_YES = frozenset(
    [
        "yes",
        "true",
        "y",
        "1",
        "是",
        "有",
        "支持",
        "可以",
        "√",
        "✓",
        "带",
        "含",
        "可",
        "能",
        "supported",
        "included",
        "on",
    ]
)
_NO = frozenset(
    [
        "no",
        "false",
        "n",
        "0",
        "否",
        "无",
        "没有",
        "不支持",
        "不可以",
        "×",
        "x",
        "none",
        "n/a",
        "不带",
        "不含",
        "不可",
        "不能",
        "不",
        "without",
        "unsupported",
        "off",
    ]
)


@lru_cache(maxsize=1)
def _cues() -> dict[str, re.Pattern[str]]:
    rows = json.loads(resources.files(__package__).joinpath("data/polarity.json").read_text("utf-8"))
    return {
        name: re.compile("|".join(_cue(cue) for cue in sorted(cues, key=len, reverse=True)))
        for name, cues in rows.items()
    }


def _cue(cue: str) -> str:
    if cue.startswith("re:"):
        return cue[3:]
    pattern = re.escape(cue)
    return rf"(?<![a-z]){pattern}(?![a-z])" if cue.isascii() else pattern


DENYING_KEY = re.compile(
    r"不含|不支持|不包含|不包括|未附|另购|另售|需自备|excluded|not included|does not include|not suitable"
    r"|(?<![a-z])(?:not for|free from|free of|without)|禁忌|不适用|不添加|无添加"
)


def says_yes(value: str) -> bool:
    """Whether a fact's folded value only affirms its key."""
    return value.strip() in _YES


def says_no(value: str) -> bool:
    """Whether a fact's folded value only denies its key."""
    return value.strip() in _NO


@lru_cache(maxsize=4096)
def clause(text: str, start: int, end: int) -> tuple[int, int]:
    """The bounds of the clause around a span: between commas, stops and line ends. The commas of a list do not count."""
    begin = 0
    for match in _CLAUSE_END.finditer(text, max(0, start - 120), start):
        if match.group() != ", " or not _LIST_GOES_ON.match(text, match.end()):
            begin = match.end()
    following = _CLAUSE_END.search(text, end)
    return max(begin, start - 120), min(following.start() if following else len(text), end + 120)


def sentence(text: str, start: int, end: int) -> tuple[int, int]:
    """The sentence around a span; a line is the most it can be."""
    begin = max(text.rfind(mark, 0, start) + len(mark) for mark in ("\n", "。", "！", ". ", "? ", "! "))
    stops = [at for mark in ("\n", "。", "！", ". ", "? ", "! ") if (at := text.find(mark, end)) >= 0]
    return (begin if begin > 1 else 0), min(stops, default=len(text))


def discouraged(text: str, start: int, end: int) -> bool:
    """Whether the sentence speaks of the harm what stands at the span does: "the dishwasher dulls it", "钢丝球会刮花"."""
    cues = _cues()["harm"]
    stops = [at for mark in "。！\n;；" if (at := text.find(mark, end)) >= 0]
    if (full := text.find(". ", end)) >= 0:
        stops.append(full)
    found = cues.search(text, end, min([*stops, end + 60, len(text)]))
    return found is not None and not _HARMLESS.search(text, max(start - 12, 0), found.start())


_HARMLESS = re.compile(r"不(?:会|怕|易)?$|不会|不怕|never|won't|without|n't|怎么|也不|都不|no ")


@lru_cache(maxsize=4096)
def negated(text: str, start: int, end: int) -> bool:
    """Whether what stands at the span is denied, excluded or advised against in its clause."""
    begin, stop = clause(text, start, end)
    cues = _cues()
    last = None
    for match in cues["before"].finditer(text, begin, start):
        last = match
    if last is not None and start - last.end() <= 50:
        if last.group() == "不" and text.startswith("是", last.end()) and start - last.end() < 14:
            return True  # "不是婴儿用的A类"
        if not cues["reset"].search(text, last.start(), start):
            return True
    if discouraged(text, start, end):
        return True
    if text[end : end + 5] in ("-free", " free") or _ANSWERED_NO.match(text, end):
        return True
    after = cues["after"].search(text, end, stop)
    return after is not None and _LIST_OR_NOTHING.fullmatch(text, end, after.start()) is not None


@lru_cache(maxsize=4096)
def refused(text: str, start: int, end: int) -> bool:
    """Whether the text denies, in any wording, what stands at the span: "唯独微波炉,不行", "洗碗机不欢迎它".

    Looser than ``negated``: for what a fact says no to, where a denial of any sort agrees with the facts.
    """
    if negated(text, start, end):
        return True
    begin, stop = clause(text, start, end)
    if _REFUSES.search(text, begin, stop):
        return True
    return _REFUSES_NEXT.match(text, stop) is not None


_REFUSES = re.compile(
    r"不(?!锈|仅|但|只|止|同|断|忘|少|错|怕|惧|愁|变|会(?:变|坏|裂|掉|褪|缩|糊|炸|伤|烂|湿|渗|漏|进水|影响|有问题|出问题)|坏|裂|伤|掉|影响|误|耽误"
    r"|必担心|用担心|用愁|在话下|成问题|是问题|占|粘|沾|挑)|没(?!问题|事|关系|压力|毛病|的说)|无(?!忧|惧|压力|妨|所谓|障碍|需担心|线|论)"
    r"|(?<![类级性特区分个鉴差派])别(?!致|样|具|人|的|处|担心|怕)|勿|未(?!来)|免谈|拒|禁|忌|告别|绝缘|谢绝|再等|绕道|绕行|绕开|避开|就算了|另(?!外还|有)|缺席|自备|自己(?:另外|再|去)?(?:准备|买|配|装|备|带|找)|除了|除外"
)
_REFUSES_NEXT = re.compile(
    r"[，,：:？?；;—-]+\s?(?:它|这|那|可|就|都|也|还是|是|真的?|一律|暂时|目前|统统|通通|恕|抱歉|对不起|请|得|要)*"
    r"(?:不(?!仅|但|只|止|怕|用担心|会(?:变|坏|裂|掉|褪|缩)|影响|在话下|成问题|是问题|错)|没有|没(?!问题|事|关系)|无|别|勿|免|禁|另|自备|自己)"
)
_ANSWERED_NO = re.compile(
    r" (?:is|are) (?:a |an )?(?:firm |definite |clear |hard |big |flat )?no(?:-go)?(?![a-z])"
    r"| out of it(?![a-z])| (?:is|are) (?:off limits|out of the question|a bad idea|out)(?![a-z])"
    r"|[^\n.,?]{0,12}\? ?(?:no|nope|not|sorry|alas)(?![a-z])"
    r"|[^\n，。,?？]{0,6}[?？]\s?(?:没有|没(?!错|问题|关系)|不(?!错|用怕|怕|难)|无|抱歉|对不起|别)"
    r"|[^\n:：\t，。,]{0,4}\s?[:：\t]\s?(?:no(?![a-z])|none|not |否|无(?!线|极)|不|没有|×)"
)
_LIST_GOES_ON = re.compile(r"[a-z -]{1,30}(?:, [a-z -]{1,30})*,? (?:or|nor) ")
# what may stand between a term and the words that deny it: the rest of a list, or a light verb
_LIST_OR_NOTHING = re.compile(
    r"\s*|(?:[、和与及或/](?:[^的]|的(?=时候)){1,20})*(?:时|时候|的时候|之?前|等|都|也|是|则|需|请|时都|等场景|就)*"
    r"|[ (]*(?:is|are|and|or|,)[a-z ,]{0,30}|(?: [a-z]+){1,2} ?"
)
