"""How far a text keeps to wording known for its facts: what the writer looks at before it hands a text on.

A small model now and then says of one kind of fact what belongs to another ("washing: 6 hours"). Every text announces
its facts by kind, so each stretch of wording can be compared with the phrases of that kind; strange ones count as
faults, and a text with faults is written again. What stays strange is put in the plainest form, key and value.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from generation.engine.corpus.describe import SUBJECTS
from generation.engine.corpus.frames import ATTRIBUTE, Frame, frames
from generation.engine.corpus.phrases import load
from generation.engine.corpus.telling import echoes
from generation.engine.pointers.kinds import situation_kinds
from generation.engine.pointers.prompt import FRAMED, Plan
from generation.engine.pointers.tokens import mark_tokens, pointer

_SITUATIONS = frozenset(situation_kinds())
_PLACE = re.compile(r"\{(\w+?)[12]?\}|<([nbtkvc])\d*>")
_MARK = re.compile(r"<([a-z_]{2,})>")
_SPLIT = re.compile(r"[，。：；？、,.:;?()（）【】\n*|｜\-]+")
#: Where a stretch of prose begins: at the marks of its facts.
_STRETCH = re.compile(r"(?<![a-z]>)(?=<[a-z_]{2,}>)")
_BULLET = re.compile(r"- \*\*[^*\n]+\*\*")
#: A colon with nothing behind it.
_NOTHING_SAID = re.compile(r"[:：]\*{0,2}[ ]*(?=[。.，,\n]|$)")
#: A key said as a thing ("the {k} is {v}"), and keys that are none.
_KEY_NAMED = re.compile(r"\b(?:[Tt]he|[Ii]ts|[Aa]n?|[Ww]ith|[Hh]as) (?:<[a-z_]{2,}>)*<k(\d+)>")
_NO_NOUN = re.compile(
    r"(?i)(?:^(?:is|has|can|made|suitable|includes?|contains|works|fits|compatible|intended|designed|recommended)\b"
    r"|[a-z](?:able|ible|proof|resistant)$|\b(?:for|in|with|by|of|to|on|from|at)$)"
)
#: A stop that begins a line: what stood before it has been taken out.
_LONE_STOP = re.compile(r"^((?:<[a-z_]{2,}>)*)[.。] ?", re.MULTILINE)
#: A beginning that points back to what has not been said: "Its brightness is …".
_LEANING = re.compile(r"(?:Its|It|They|Their)\b|它")
_SLOT = re.compile(r"\{(\w+)\}")
_LETTERS = {"n": "n", "b": "b", "t": "t", "k": "k", "K": "k", "c": "c"}


def plainer(text: str, plan: Plan) -> str:
    """``text`` with strange stretches replaced by key and value, or by a known frame where there is one."""
    if not faults(text, plan):
        return text
    if plan.copy_kind in FRAMED:
        return _framed(plan) or text
    if not plan.facts:
        return _name(plan)
    lines: list[str] = []
    told = 0
    for number, line in enumerate(text.split("\n")):
        marked = sum(kind not in ("yes", "no") for kind in _MARK.findall(line))
        said = range(told + 1, told + marked + 1)
        told += marked
        lines += _plainer_line(line, plan, list(said), first=number == 0)
    mended = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
    mended = _LONE_STOP.sub(r"\1", mended)
    if _unnamed_faults(mended, plan):
        mended = f"{'<n>' if plan.name else _name(plan)}\n\n{mended}"
    order = [int(found) for found in re.findall(r"<v(\d+)>", mended)]
    if order == list(range(1, len(plan.facts) + 1)) and not faults(mended, plan):
        return mended
    numbers = range(1, len(plan.facts) + 1)
    bullets = plan.copy_kind == "description"
    start = [_name(plan), ""] if plan.copy_kind != "highlights" else []
    return "\n".join([*start, *(_plain(plan, number, bullet=bullets) for number in numbers)]).strip()


def _name(plan: Plan) -> str:
    return "<t>" if plan.noun and (plan.unnamed or not plan.name) else "<n>"


def _plainer_line(line: str, plan: Plan, said: list[int], *, first: bool) -> list[str]:
    if not _wording_faults(line, plan) and all(f"<v{number}>" in line for number in said):
        return [line]
    if line.startswith("- ") or "**" in line:
        return [_plain(plan, number, bullet=True) for number in said]
    if plan.copy_kind == "highlights":
        return [_plain(plan, number, bullet=False) for number in said]
    joint, stop = ("", "。") if plan.language == "zh" else (" ", ".")
    opening, *stretches = _STRETCH.split(line)
    kept = [] if _wording_faults(opening, plan) else [opening.strip()]
    if first and not said and not kept:
        return [] if plan.unnamed else ["<n>"]
    left = iter(said)
    broken = False
    for stretch in stretches:
        numbers = [next(left) for kind in _MARK.findall(stretch) if kind not in ("yes", "no")]
        # What leans on the stretch before ("and comes in …") falls with it.
        leans = broken and _MARK.sub("", stretch).lstrip()[:1].islower()
        broken = (
            leans or bool(_wording_faults(stretch, plan)) or not all(f"<v{number}>" in stretch for number in numbers)
        )
        if broken:
            kept[-1:] = [_closed(re.sub(r"(?:,| and| with)$", "", part), stop) for part in kept[-1:]]
            stretch = joint.join(_plain(plan, number, bullet=False) + stop for number in numbers)
        kept.append(stretch.strip())
    return [joint.join(part for part in kept if part)]


def _closed(sentence: str, stop: str) -> str:
    """``sentence`` with a stop, which what followed it has taken along."""
    return sentence + stop if sentence and sentence[-1] not in ".!?:;。！？：；" else sentence


def _plain(plan: Plan, number: int, *, bullet: bool) -> str:
    """Key and value of a fact, as a bullet or in a line of prose."""
    fact = plan.facts[number - 1]
    chinese = plan.language == "zh"
    word = {"yes": "有" if chinese else "yes", "no": "没有" if chinese else "no"}.get(fact.polarity, "")
    marks = "".join(mark_tokens(fact.kind, fact.polarity))
    if bullet:
        heading = f"<k{number}>**：" if chinese else f"<k{number}>:** "
        return f"- **{marks}{heading}{word}<v{number}>"
    return f"{marks}<k{number}>{'：' if chinese else ': '}{word}<v{number}>"


def faults(text: str, plan: Plan) -> int:
    """How many pieces of wording in ``text`` (as the model wrote it, with marks and pointers) are strange to its facts.

    A text that leaves out what it is about counts as strange, too.
    """
    unnamed = 0 if plan.copy_kind in FRAMED else _unnamed_faults(text, plan)
    return _wording_faults(text, plan) + unnamed


def _wording_faults(text: str, plan: Plan) -> int:
    framed = plan.copy_kind in FRAMED
    count = _frame_faults(text, plan) if framed else _shape_faults(text)
    count += len([found for found in _KEY_NAMED.findall(text) if not _is_noun(plan, int(found))])
    for number, fact in enumerate(plan.facts, start=1):
        if fact.polarity:
            # Said in words: its pointer stands for nothing.
            text = text.replace(pointer("v", number), "")
    count += len(_NOTHING_SAID.findall(_MARK.sub("", text)))
    count += sum(_said_twice(line, plan) for line in text.split("\n") if line.startswith("- "))
    count += sum(_word_twice(plan, int(found)) for found in _KEY_WITH_VALUE.findall(_MARK.sub("", text)))
    if not framed:
        count += _misplaced(text, plan)
    general = _general(plan.language, plan.copy_kind, plan.situation)
    known, headings = set(general), set[str]()
    marks: list[tuple[str, str]] = []
    place = 0
    for match in _MARK.finditer(text):
        between = text[place : match.start()]
        place = match.end()
        if match[1] in ("yes", "no"):
            marks[-1:] = [(kind, match[1]) for kind, _ in marks[-1:]]
        else:
            if between.strip(" -*\n"):
                count += _strange(between, known, headings)
                marks = []
            marks.append((match[1], ""))
        # The stretch behind several marks says several facts.
        known = set(general).union(*(_of_kind(plan.language, *mark) for mark in marks))
        headings = set[str]().union(*(_headings(plan.language, *mark) for mark in marks))
        if framed:
            known = known.union(*(_of_kind(plan.language, fact.kind, fact.polarity) for fact in plan.facts))
    return count + _strange(text[place:], known, headings)


#: A key right before its own value.
_KEY_WITH_VALUE = re.compile(r"<k(\d+)>(?: is| are|[:：是为])? ?<v\1>")
_BARE = frozenset(("yes", "no", "有", "没有"))


def _word_twice(plan: Plan, number: int) -> bool:
    """Whether key and value share their noun: "Number of pieces: 4 pieces"."""
    if number > len(plan.facts):
        return False
    fact = plan.facts[number - 1]
    words = [set(re.findall(r"[a-z]{4,}", text.casefold())) for text in (fact.key, fact.value)]
    return bool(words[0] & words[1])


def _said_twice(bullet: str, plan: Plan) -> bool:
    """Whether the heading of a bullet comes back behind it: "**Collar:** the collar is <v1>"."""
    heading, _, point = _MARK.sub("", bullet).rpartition("**")
    if point.strip() in _BARE and "<k" not in heading:
        return True  # "**Please note:** no"
    keyed = re.sub(
        r"<k(\d+)>",
        lambda found: plan.facts[int(found[1]) - 1].key if int(found[1]) <= len(plan.facts) else "",
        heading,
    )
    return bool(point) and echoes(keyed, re.sub(r"<\w+>", " ", point))


def _misplaced(text: str, plan: Plan) -> int:
    """Pieces that say one value in words known only for another fact of their stretch: "<v1>版型" of a material."""
    general = _general(plan.language, plan.copy_kind, plan.situation)
    kinds = [(fact.kind, fact.polarity) for fact in plan.facts]
    count = 0
    for piece in _SPLIT.split(_MARK.sub("", text)):
        numbers = re.findall(r"<v(\d+)>", piece)
        if len(numbers) != 1 or int(numbers[0]) > len(kinds):
            continue
        plain = _pieces(piece)
        own = _of_kind(plan.language, *kinds[int(numbers[0]) - 1])
        for other in set(kinds) - {kinds[int(numbers[0]) - 1]}:
            foreign = [part for part in plain if part in _of_kind(plan.language, *other)]
            if any(part not in own and part not in general for part in foreign):
                count += 1
                break
    return count


def _strange(text: str, known: set[str], headings: set[str]) -> int:
    """Pieces of a stretch that are not ``known``; what stands before ``**`` is a heading, or with a colon may be one."""
    heading, stars, rest = text.partition("**")
    if stars and "\n" not in heading:
        strange = sum(piece not in headings for piece in _pieces(heading))
        return strange + sum(piece not in known for piece in _pieces(rest))
    first, colon, _ = next((text.partition(mark) for mark in ("】", "：") if mark in text), text.partition(":"))
    labels = _pieces(first) if colon else []
    return sum(piece not in known and not (piece in labels and piece in headings) for piece in _pieces(text))


def _pieces(text: str) -> list[str]:
    """The text between marks of punctuation, pointers and placeholders written alike, without spaces or case."""

    def alike(match: re.Match[str]) -> str:
        name = match[1] or match[2]
        return f"¤{_LETTERS.get(name, 'v')}"

    plain = _PLACE.sub(alike, text.replace("{{customer}}", "¤p").replace("{customer}", "¤p"))
    pieces = (re.sub(r"\s+", "", piece).casefold() for piece in _SPLIT.split(plain))
    # A lone value, key or name is no wording.
    return [piece for piece in pieces if piece and not re.fullmatch(r"(?:¤\w)+", piece)]


def _shape_faults(text: str) -> int:
    """Bullets without a heading or a fact, headings outside bullets."""
    count = 0
    for line in text.split("\n"):
        if line.startswith("- "):
            plain = _MARK.sub("", line)
            count += not _BULLET.match(plain) or "<v" not in plain or plain.count("**") != 2
        elif "**" in line or line.startswith("-"):
            count += 1
    return count


def _unnamed_faults(text: str, plan: Plan) -> int:
    """A description that begins with "its" or never says what the product is; a text that begins with an empty line."""
    if plan.opened or not plan.name:
        return int(not text.strip())
    opening = _MARK.sub("", text).split("\n")[0].strip()
    nameless = plan.copy_kind == "description" and (not re.search(r"<[nt]>", text) or bool(_LEANING.match(opening)))
    return nameless + (not re.search(r"\w", opening))  # a lone stop says nothing


def _is_noun(plan: Plan, number: int) -> bool:
    """Whether "the {k}" can be said of a fact's key: not of "Machine washable" or "Made in"."""
    return number > len(plan.facts) or not _NO_NOUN.search(plan.facts[number - 1].key)


def _frame_faults(text: str, plan: Plan) -> int:
    """Whether the text is no known frame, with each value where the frame has that kind of fact."""
    if plan.situation == "product_question" and not any(fact.kind in _SITUATIONS for fact in plan.facts):
        # Answered from the product's facts, without a frame.
        return 0
    told = _skeleton(text, plan)
    return 0 if any(told.startswith(_frame_skeleton(frame.text)) for frame in _known_frames(plan)) else 3


def _known_frames(plan: Plan) -> tuple[Frame, ...]:
    return frames(plan.language, plan.copy_kind, plan.situation)


def _skeleton(text: str, plan: Plan) -> str:
    """The text with the kind of fact in place of every value, without marks, spaces and case."""

    def kind(match: re.Match[str]) -> str:
        letter, number = match[1][0], match[1][1:]
        fact = plan.facts[int(number) - 1] if number and int(number) <= len(plan.facts) else None
        special = fact is not None and fact.kind in _SITUATIONS
        return f"{{{fact.kind if special and letter == 'v' and fact else letter}}}"

    plain = re.sub(r"<([nbt]|[kvc]\d+)>", kind, _MARK.sub("", text))
    return re.sub(r"\s+", "", plain).casefold()


@cache
def _frame_skeleton(frame: str) -> str:
    text = frame.replace(" // ", "").replace("{customer}", "{{customer}}").replace("{K}", "{k}")
    return re.sub(r"\s+", "", text).casefold()


def _framed(plan: Plan) -> str:
    """A frame that says the plan's facts in their order, then what is left, key and value; "" when there is none."""
    kinds = [fact.kind if fact.kind in _SITUATIONS else ATTRIBUTE for fact in plan.facts]
    names = {name for name, there in (("n", plan.name), ("t", plan.noun), ("b", plan.brand)) if there}
    suited = [
        frame
        for frame in _known_frames(plan)
        if list(frame.slots) == kinds[: len(frame.slots)]
        and frame.needs <= names
        and not set(kinds[len(frame.slots) :]) & _SITUATIONS
        and (frame.keyed or not any(fact.named for fact in plan.facts[: len(frame.slots)]))
    ]
    if not suited:
        return ""
    frame = max(suited, key=lambda frame: (len(frame.slots), sum(map(ord, plan.name + frame.text)) % 97))
    places = {slot: number for number, slot in enumerate(frame.slots, start=1)}

    def put(match: re.Match[str]) -> str:
        name = match[1]
        if name in _LETTERS and name not in "kKc":
            return f"<{name}>"
        if name == "customer":
            return "{{customer}}"
        letter = _LETTERS.get(name, "v")
        return f"<{letter}{places[name] if name in places else places[ATTRIBUTE]}>"

    text = _SLOT.sub(put, frame.text).replace(" // ", "\n\n")
    rest = [_plain(plan, number, bullet=False) for number in range(len(frame.slots) + 1, len(plan.facts) + 1)]
    joint, stop = ("", "。") if plan.language == "zh" else (" ", ".")
    tail = joint.join(part + stop for part in rest)
    return f"{text}{joint}{tail}" if tail else text


@cache
def _general(language: str, copy_kind: str, situation: str) -> frozenset[str]:
    """Wording that is free of facts: openings, closings, and the frames of this kind of copy."""
    phrases = load(language)
    lines: list[str] = []
    for entry in (*phrases.openings.values(), *phrases.closings.values()):
        for section in entry.values():
            lines += section
    lines += [frame.text.replace(" // ", "\n") for frame in frames(language, copy_kind, situation)]
    lines += ["{n} by {b}", "有", "没有", "yes", "no", "您好"]
    return _known(lines)


@cache
def _of_kind(language: str, kind: str, polarity: str) -> frozenset[str]:
    """The phrases of a kind but its headings, and those it shares with another kind."""
    lines = _lines(language, kind, polarity, headings=False)
    if not polarity:
        pairs = load(language).pairs
        lines += [pair.text for kinds, told in pairs.items() if kind in kinds for pair in told]
    return _known(lines)


@cache
def _headings(language: str, kind: str, polarity: str) -> frozenset[str]:
    """The headings of a kind."""
    return _known(_lines(language, kind, polarity, headings=True))


def _lines(language: str, kind: str, polarity: str, *, headings: bool) -> list[str]:
    entry = load(language).kinds.get(kind)
    if entry is None:
        return []
    if headings:
        return [*entry.phrases("heading", polarity), *entry.phrases("heading")]
    sections = ("claim", "sentence", "point", "clause", "verb", "lead", "fragment", "question")
    lines = [line for section in sections for line in entry.phrases(section, polarity)]
    subjects = dict.fromkeys(SUBJECTS[language])
    if language == "zh":
        lines += [f"{start}{clause}" for clause in entry.phrases("clause", polarity) for start in subjects]
        return [*lines, *(f"这款{modifier}{{t}}" for modifier in entry.phrases("modifier", polarity))]
    return [*lines, *(f"{start} {verb}" for verb in entry.phrases("verb", polarity) for start in (*subjects, "and"))]


def _known(lines: Iterable[str]) -> frozenset[str]:
    return frozenset(piece for line in lines for piece in _pieces(line))
