"""Puts what is true where the model pointed, and mends what the surroundings need: spaces, articles, capitals."""

from __future__ import annotations

import re
from dataclasses import dataclass

from generation.engine.pointers.kinds import tables
from generation.engine.pointers.prompt import PlannedFact
from generation.engine.pointers.wording import is_plural

_POINTER = re.compile(r"<([nbt]|[kvc]\d+)>")
_MARK = re.compile(r"<[a-z_]{2,}>")
_SENTENCE_START = re.compile(r"(?:^|[.?!]\s*|\n(?:- )?(?:\*\*)?)$")
_LINE_START = re.compile(r"(?:^|\n)(?:- )?(?:\*\*)?$")
_ARTICLE = re.compile(r"\b([Aa])n? ?$")
_VOWEL_SOUND = re.compile(
    r"[aeioAEIO]|[uU](?!ni|NI|se|SE|sb|SB|k\b|K\b|tensil)|8|11\b|18\b|[hH](?:our|onest)|[FLMNRSX](?=[A-Z0-9\-])"
)
_SPELT_CONSONANT = re.compile(r"(?:one\b|once|eu|uni|use|usb)", re.IGNORECASE)


#: What comes before a figure, with a shop's capital ("Up to 25 m²").
_QUALIFIER = re.compile(
    r"^(?:Up to|About|Approx\.?|Approximately|Around|Over|From|Max\.?|Min\.?|Less than|More than|At least)\b"
)
#: A heading that begins with a space.
#: "**The weight:** weighs 2 kg" is "**Weight:** 2 kg": the heading has said what the value is.
_HEADING_ARTICLE = re.compile(r"(?<=^- \*\*)The (\w)", re.MULTILINE)
_ECHO = re.compile(
    r"(?<=:\*\* )(?:is |are |it )?"
    r"(?:comes? in|available in|offered in|sold in|weighs|measures|sized|rated at|valid for|holds|needs) (?=\S)"
    r"|(?<=\*\*：)(?:搭载|可选|重约|重(?=\d)|规格为|采用)(?=\S)"
)
#: What has no scent smells of nothing.
_NO_SCENT = re.compile(
    r"(?:(?P<start>With (?:a )?(?:scent|notes) of|Scented with)"
    r"|(?P<expect>Expect notes of|(?:Its|The) (?:scent|fragrance) is)"
    r"|(?P<verb>smells(?: of)?|(?:has|carries|gives off) (?:a )?(?:scent|fragrance|notes) of)"
    r"|(?P<with>(?<=\w )with (?:a )?(?:scent|notes|hint) of|(?<=\w )(?<!is )(?<!and )scented with|that smells of)"
    r"|(?:with )?(?:a )?(?:notes of|scent of|fragrance of|scented with|hint of)) (?:unscented|no scent)"
)
_NO_SCENT_SAID = {
    "start": "Unscented",
    "expect": "It is unscented",
    "verb": "is unscented",
    "with": "that is unscented",
    None: "unscented",
}
_HEADING_SPACE = re.compile(r"(?m)^(- )?\*\* +(\w)")

#: A measure in front of what it measures: "a 6.1 inches screen" is a 6.1-inch one.
_SINGULAR = {
    "inches": "inch", "feet": "foot", "hours": "hour", "days": "day", "weeks": "week", "months": "month", "years": "year",
    "minutes": "minute", "seconds": "second", "litres": "litre", "liters": "liter", "watts": "watt", "pieces": "piece",
    "ounces": "ounce", "pounds": "pound", "grams": "gram", "gallons": "gallon", "quarts": "quart", "cups": "cup",
}  # fmt: skip
_MEASURED_NOUN = re.compile(
    rf"\b(an? \d[\d.,]*) ({'|'.join(_SINGULAR)}) ((?!of\b|to\b|and\b|or\b|per\b|in\b|on\b|at\b|from\b|for\b)[a-z]{{3,}})"
)


#: A stop that the next word stands too close to.
_NO_SPACE = re.compile(r"(?<=[a-z>)])([.?!;,])(?=[A-Za-z<])")


@dataclass(frozen=True, slots=True)
class Filling:
    """What the pointers of one text stand for; ``facts`` in the order of their numbers."""

    language: str
    name: str
    noun: str
    brand: str
    facts: tuple[PlannedFact, ...]


def fill_pointers(text: str, filling: Filling, *, starts_sentence: bool = True) -> str:
    """``text`` without marks and with every pointer replaced.

    A condition the text leaves out is added to its value in brackets.

    ``starts_sentence``: whether the text begins a sentence, so that a pointer there takes a capital.
    """
    chinese = filling.language == "zh"
    text = _MARK.sub("", text)
    if not chinese:
        text = _NO_SPACE.sub(r"\1 ", text)
    told_conditions = {int(number) for letter, number in re.findall(r"<(c)(\d+)>", text)}
    done = ""
    position = 0
    many_named = False
    for match in _POINTER.finditer(text):
        between = text[position : match.start()]
        if many_named and between.startswith(" is "):
            between = f" are {between[4:]}"  # "the sizes are …"
        done = _append(done, between, chinese=chinese, replaced=False)
        letter, number = match[1][0], match[1][1:]
        at_start = bool(_SENTENCE_START.search(done)) and (bool(done) or starts_sentence)
        said = _said(letter, number, filling, at_start=at_start, done=done)
        if letter == "v" and number:
            fact = filling.facts[int(number) - 1]
            if fact.condition and int(number) not in told_conditions:
                aside = f"（{fact.condition}）" if chinese else f"({fact.condition})"
                said = f"{said}{aside}" if chinese or not said else f"{said} {aside}"
        if letter == "v" and number:
            done = _without_echo(done, said, chinese=chinese)
        if not chinese:
            done = _with_article(done, said)
        done = _append(done, said, chinese=chinese, replaced=True)
        position = match.end()
        many_named = letter == "k" and not chinese and is_plural(said)
    return _tidy(_append(done, text[position:], chinese=chinese, replaced=False), chinese=chinese)


def _said(letter: str, number: str, filling: Filling, *, at_start: bool, done: str) -> str:
    chinese = filling.language == "zh"
    if letter == "n":
        return filling.name
    if letter == "b":
        return filling.brand
    if letter == "t":
        return filling.noun if chinese or not at_start else filling.noun[:1].upper() + filling.noun[1:]
    fact = filling.facts[int(number) - 1]
    if letter == "v":
        if fact.polarity:
            return ""
        return fact.value if chinese else _english_case(fact.value, fact.kind, at_start=at_start)
    said = fact.key if letter == "k" else fact.condition
    if chinese:
        return said
    if letter == "k" and _LINE_START.search(done):
        return said[:1].upper() + said[1:]
    return _first_letter(said, at_start=at_start)


def _first_letter(said: str, *, at_start: bool) -> str:
    """A capital at the start of a sentence; elsewhere a capitalised plain word loses it ("Weight", not "USB")."""
    if at_start:
        return said[:1].upper() + said[1:]
    first = said.split(" ", 1)[0]
    plain = first[:1].isupper() and (first[1:].islower() or len(first) == 1) and first not in tables("plan")["proper"]
    return said[:1].lower() + said[1:] if plain and first != "I" else said


def _english_case(value: str, kind: str, *, at_start: bool) -> str:
    """A value mid-sentence without a shop's capitals where its kind has common words; proper names keep theirs."""
    if kind in tables("plan")["common_words"] and not value.isupper():
        proper = set(tables("plan")["proper"])

        def lower(match: re.Match[str]) -> str:
            return match[0] if match[0] in proper else match[0].lower()

        value = re.sub(r"\b[A-Z][a-z]+\b", lower, value)
    if not at_start:
        value = _QUALIFIER.sub(lambda found: found[0].lower(), value)
    # "iOS" and "eSIM" are spelt so wherever they stand.
    spelt_so = value[1:2].isupper()
    return value[:1].upper() + value[1:] if at_start and not spelt_so else value


def _without_echo(done: str, said: str, *, chinese: bool) -> str:
    """``done`` without a word at its end that ``said`` begins with: "Bluetooth" in front of "Bluetooth 5.3"."""
    first = re.match(r"[\u3400-\u9fff]{2,6}" if chinese else r"[A-Za-z]{4,}\b", said)
    kept = done.rstrip()
    if first is None:
        return done
    sizes = range(len(first[0]), 1, -1) if chinese else (len(first[0]),)
    for size in sizes:
        word = said[:size]
        if kept.casefold().endswith(word.casefold()) and (chinese or not kept[: -len(word)][-1:].isalnum()):
            return kept[: -len(word)]
    return done


def _with_article(done: str, said: str) -> str:
    match = _ARTICLE.search(done)
    if not match or not said:
        return done
    vowel = bool(_VOWEL_SOUND.match(said)) and not _SPELT_CONSONANT.match(said)
    return f"{done[: match.start()]}{match[1]}{'n' if vowel else ''} "


def _append(done: str, more: str, *, chinese: bool, replaced: bool) -> str:
    """``done`` and ``more`` with a space between where reading needs one."""
    if not done or not more:
        return done + more
    last, first = done[-1], more[0]
    if chinese:
        fuses = last.isascii() and first.isascii() and last.isalnum() and first.isalnum()
        return f"{done} {more}" if fuses else done + more
    if replaced:
        wants = last.isalnum() or last in ",.;:!?)%°"
        wants = wants or done.endswith((":**", " -", " |", " /", " &", " +", "\u2013", "\u2014"))
        return f"{done} {more}" if wants and not first.isspace() else done + more
    return f"{done} {more}" if first.isalnum() and (last.isalnum() or last in ")%°\"'") else done + more


def _tidy(text: str, *, chinese: bool) -> str:
    """Without doubled stops, brackets inside brackets, spaces before marks, or a stop that nothing stands before."""
    text = re.sub(r"^(?:[.。] *\n*)+(?!\d)", "", text)
    text = re.sub(r"[ \t]+\n", "\n", text)
    text = re.sub(r"^[.。] ?", "", text, flags=re.MULTILINE)
    text = _HEADING_SPACE.sub(lambda found: f"{found[1] or ''}**{found[2].upper()}", text)
    text = _HEADING_ARTICLE.sub(lambda found: found[1].upper(), text)
    text = _ECHO.sub("", text)
    if chinese:
        text = re.sub(r"（(?=[。；，\n]|$)", "", text)
        text = re.sub(r"([。；，])[。，]", r"\1", text)
        return text.replace("：：", "：").strip()
    text = re.sub(r" ?\((?=[.,;:\n]|$)", "", text)
    text = re.sub(r" +([,.;:?)])", r"\1", text)
    text = re.sub(r"\.\.(?!\.)", ".", text)
    text = _NO_SCENT.sub(lambda found: _NO_SCENT_SAID[found.lastgroup], text)
    text = _MEASURED_NOUN.sub(lambda found: f"{found[1]}-{_SINGULAR.get(found[2], found[2])} {found[3]}", text)
    return re.sub(r" {2,}", " ", text).strip(" ")
