"""Puts pointers into phrases while a text is composed, and numbers the facts as they are first mentioned."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Sequence

from generation.engine.corpus.phrases import Pair, Phrases, placeholders
from generation.engine.pointers.prompt import PlannedFact
from generation.engine.pointers.tokens import BRAND, NAME, NOUN, mark_tokens

_LOCAL = re.compile(r"<([kvcm])@(\d+)>")
#: Marks at the start of a text.
MARKS = re.compile(r"^(?:<m@\d+>)+")
#: Openings of a sentence that lean on one before it.
_LINKS = ("这样", "于是", "而且", "同时", "也", "还", "Also", "also", "and", "so:", "So", "That", "that")
_WORD = re.compile(r"[a-z]{4,}")
_HAN_PAIR = re.compile(r"(?=([㐀-鿿]{2}))")


class Telling:
    """Chooses phrases for the facts of one text. Holds what may be mentioned: name, noun, brand."""

    def __init__(
        self, phrases: Phrases, rng: random.Random, *, noun: bool, brand: bool, named: bool, long_value: int = 14
    ) -> None:
        self.phrases = phrases
        self.rng = rng
        self.noun, self.brand = noun, brand
        self.names_left = 2 if named else 0
        self.chinese = phrases.language == "zh"
        self.long_value = long_value
        self.facts: list[PlannedFact] = []
        self._used: set[str] = set()

    def usable(self, phrase: str) -> bool:
        """Whether all that ``phrase`` mentions beside facts may be mentioned."""
        names = placeholders(phrase)
        return not (
            ("t" in names and not self.noun)
            or ("b" in names and not self.brand)
            or ("n" in names and self.names_left < 1)
        )

    def pick(self, candidates: Iterable[str]) -> str:
        """One of the usable phrases, not one said before in this text if that can be helped; "" when there is none."""
        usable = [phrase for phrase in candidates if self.usable(phrase)]
        fresh = [phrase for phrase in usable if phrase not in self._used]
        if not usable:
            return ""
        chosen = self.rng.choice(fresh or usable)
        self._used.add(chosen)
        if "{n}" in chosen:
            self.names_left -= 1
        return chosen

    def place(self, phrase: str, facts: Sequence[PlannedFact] = ()) -> str:
        """``phrase`` with local pointers: ``{v}`` or ``{v1}`` for the first of ``facts``, ``{v2}`` for the second.

        Marks of the facts stand in front: the kind is what the words that follow depend on.
        """
        text = phrase.replace("{n}", NAME).replace("{t}", NOUN).replace("{b}", BRAND)
        for position, fact in enumerate(facts, start=1):
            index = self._index(fact)
            said = False
            for letter in "kvc":
                for name in (
                    (f"{{{letter}{position}}}", f"{{{letter}}}") if position == 1 else (f"{{{letter}{position}}}",)
                ):
                    said = said or (letter == "v" and name in text)
                    text = text.replace(name, f"<{letter}@{index}>")
            if position == 1 and "{K}" in text:
                text = text.replace("{K}", f"<k@{index}>")
            if not said:
                # A fact said in words still leaves its pointer, which stands for nothing: the mask counts on it.
                text += f"<v@{index}>"
        return "".join(f"<m@{self._index(fact)}>" for fact in facts) + text

    def _index(self, fact: PlannedFact) -> int:
        for index, known in enumerate(self.facts):
            if known is fact:
                return index
        self.facts.append(fact)
        return len(self.facts) - 1

    def phrase_for(self, fact: PlannedFact, section: str, *, keyed: bool = False, bare: bool = True) -> str:
        """A phrase of ``section`` that suits ``fact``, with pointers; "" when the kind has none.

        ``keyed``: the key stands elsewhere already (a heading) and must not be repeated. ``bare``: whether a phrase that
        says nothing but the value may be used.
        """
        kind = self.phrases.kinds.get(fact.kind)
        if kind is None:
            return ""
        suited = [
            phrase
            for phrase in kind.phrases(section, fact.polarity)
            if self._suits(phrase, fact, keyed=keyed, bare=bare)
        ]
        chosen = self.pick(suited)
        return self.place(chosen, [fact]) if chosen else ""

    def _suits(self, phrase: str, fact: PlannedFact, *, keyed: bool, bare: bool) -> bool:
        names = placeholders(phrase)
        has_key = "k" in names or "K" in names
        if "c" in names and not fact.condition:
            return False
        if keyed and has_key:
            return False
        if not keyed and fact.named and not has_key:
            return False
        if fact.polarity and "v" in names:
            return False
        if fact.kind == "benefit" and not self.facts and phrase.startswith(_LINKS):
            return False
        return bare or bool(re.sub(r"\{\w+\}|\W", "", phrase)) or has_key

    def headed(self, fact: PlannedFact) -> tuple[str, str]:
        """A heading and a point for ``fact`` that do not say the same words twice."""
        kind = self.phrases.kinds.get(fact.kind)
        headings = kind.phrases("heading", fact.polarity) or kind.phrases("heading") if kind else []
        headings = [text for text in headings if "{v}" not in text and self.usable(text)]
        for _ in range(6):
            heading = self.rng.choice(headings) if headings else "{k}"
            has_key = "{k}" in heading or "{K}" in heading
            if fact.named and (not has_key or self.rng.random() < 0.9):
                heading, has_key = "{k}", True
            if fact.named and self.rng.random() < 0.4:
                # "**Glaze:** kiln-fired" often reads better than a sentence about an attribute nobody knows.
                return self._key_only("{k}", fact), self._least(fact)
            # The heading of a known kind says what it is about, so its point need not say the key again.
            point = self.phrase_for(fact, "point", keyed=has_key or not fact.named)
            if point and not echoes(heading.replace("{k}", fact.key), point):
                return self._key_only(heading, fact), MARKS.sub("", point)
        point = MARKS.sub("", self.phrase_for(fact, "point", keyed=True)) or self._least(fact)
        return self._key_only("{k}", fact), point

    def _least(self, fact: PlannedFact) -> str:
        """The value, or yes or no, behind a heading."""
        if not fact.polarity:
            return self.value(fact)
        words = {"yes": "有", "no": "没有"} if self.chinese else {"yes": "yes", "no": "no"}
        return words[fact.polarity] + self.value(fact)

    def marks(self, facts: Iterable[PlannedFact]) -> str:
        """The marks of ``facts``, for a text that says them all."""
        return "".join(f"<m@{self._index(fact)}>" for fact in facts)

    def value(self, fact: PlannedFact) -> str:
        """The local pointer to the value of ``fact``."""
        return f"<v@{self._index(fact)}>"

    def _key_only(self, heading: str, fact: PlannedFact) -> str:
        index = self._index(fact)
        said = heading.replace("{k}", f"<k@{index}>").replace("{K}", f"<k@{index}>")
        return f"<m@{index}>{said.replace('{t}', NOUN).replace('{n}', NAME)}"

    def pair(self, first: PlannedFact, second: PlannedFact) -> str:
        """A sentence that says both, ``first`` first; "" when the data has none."""
        suited = [
            pair.text
            for pair in self.phrases.pairs.get((first.kind, second.kind), [])
            if _pair_suits(pair, first, second)
        ]
        if not suited or first.polarity or second.polarity or first.named or second.named:
            return ""
        chosen = self.pick(suited)
        return self.place(chosen, [first, second]) if chosen else ""

    def finish(self, text: str) -> tuple[str, tuple[PlannedFact, ...]]:
        """The text with facts numbered by first mention, and the facts in that order."""
        order = list(dict.fromkeys(int(number) for _, number in _LOCAL.findall(text)))
        rank = {index: place for place, index in enumerate(order, start=1)}

        def name(match: re.Match[str]) -> str:
            number = rank[int(match[2])]
            if match[1] != "m":
                return f"<{match[1]}{number}>"
            fact = self.facts[int(match[2])]
            return "".join(mark_tokens(fact.kind, fact.polarity))

        numbered = _LOCAL.sub(name, text)
        return numbered, tuple(self.facts[index] for index in order)


def capital(text: str) -> str:
    """The first letter behind any marks as a capital; a text that begins with a pointer is left for the writer."""
    marks = MARKS.match(text)
    start = marks.end() if marks else 0
    return text[:start] + text[start : start + 1].upper() + text[start + 1 :]


def echoes(heading: str, point: str) -> bool:
    """Whether the heading's words come back in the point."""
    plain = re.sub(r"[{<][^}>]*[}>]", " ", heading).lower()
    other = re.sub(r"[{<][^}>]*[}>]", " ", point).lower()
    return any(word in other for word in _WORD.findall(plain)) or any(
        pair in other for pair in _HAN_PAIR.findall(plain)
    )


def _pair_suits(pair: Pair, first: PlannedFact, second: PlannedFact) -> bool:
    """A condition must stand where its own value does, so facts with one need a sentence that places it."""
    names = placeholders(pair.text)
    return ("c1" in names) == bool(first.condition) and ("c2" in names) == bool(second.condition)
