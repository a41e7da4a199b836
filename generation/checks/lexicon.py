"""The bilingual word lists (data/lexicon/*.txt): finding their terms in a text in one pass, longest term first.

A line is ``concept < implied, implied : term / term``. A concept belongs to the ``[kind]`` of its section. A term found is
taken out of the text for shorter ones: "steel-blue" is a colour and no steel, "最佳食用方法" no superlative.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from generation.checks.normalise import fold, has_cjk

_FRACTION = re.compile(r"\d\.$")
_WORD = re.compile(r"[a-z0-9ß-öø-ÿ]+(?:'[a-z]+)?")


@dataclass(frozen=True, slots=True)
class Concept:
    """One thing that words can mean. ``implies`` are names of concepts that are true whenever this one is."""

    name: str
    kind: str
    implies: tuple[str, ...] = ()
    options: tuple[str, ...] = ()


_Kinds = dict[str, tuple[Concept, ...]]


def _by_kind(concepts: tuple[Concept, ...]) -> _Kinds:
    return {kind: tuple(each for each in concepts if each.kind == kind) for kind in {each.kind for each in concepts}}


# not frozen: a hundred are made for every text, and a frozen one takes three times as long to make
@dataclass(slots=True)
class Hit:
    """A term found in a text, with all concepts it can mean."""

    start: int
    end: int
    term: str
    concepts: tuple[Concept, ...]
    #: ``concepts`` by their kind.
    kinds: _Kinds

    @classmethod
    def meaning(cls, start: int, end: int, term: str, concept: Concept) -> Hit:
        """The hit of a term that no list holds and that means one concept."""
        return cls(start, end, term, (concept,), _by_kind((concept,)))

    def families(self) -> set[str]:
        """The families of the figures that the attributes it can name have."""
        return {family for concept in self.of("attribute") for family in concept.options}

    def of(self, *kinds: str) -> tuple[Concept, ...]:
        """Those of its concepts that are of one of the ``kinds``."""
        if len(kinds) == 1:
            return self.kinds.get(kinds[0], ())
        if self.kinds.keys().isdisjoint(kinds):
            return ()
        return tuple(concept for concept in self.concepts if concept.kind in kinds)


class Lexicon:
    """Terms indexed by how they begin: Chinese ones by two characters, Latin ones by their first word."""

    def __init__(self, entries: Iterable[tuple[Concept, Iterable[str]]]) -> None:
        self.concepts: dict[str, Concept] = {}
        self._short: dict[str, tuple[Hit, ...]] = {}
        terms: dict[str, list[Concept]] = {}
        for concept, spellings in entries:
            self.concepts.setdefault(concept.name, concept)
            for spelling in spellings:
                found = terms.setdefault(fold(spelling.strip()), [])
                if concept not in found:
                    found.append(concept)
        self._chinese: dict[str, list[tuple[str, tuple[Concept, ...], _Kinds]]] = {}
        #: By the first word and the second one ("" for terms of one word).
        self._latin: dict[str, dict[str, list[tuple[tuple[str, ...], str, tuple[Concept, ...], _Kinds]]]] = {}
        self._closures: dict[str, frozenset[str]] = {}
        for term, listed in terms.items():
            concepts = self._most_specific(listed)
            if has_cjk(term):
                self._chinese.setdefault(term[:2], []).append((term, concepts, _by_kind(concepts)))
            elif words := tuple(_stem(word) for word in _WORD.findall(term)):
                second = words[1] if len(words) > 1 else ""
                self._latin.setdefault(words[0], {}).setdefault(second, []).append(
                    (words, term, concepts, _by_kind(concepts))
                )
        for chinese in self._chinese.values():
            chinese.sort(key=lambda entry: -len(entry[0]))
        for by_second in self._latin.values():
            for latin in by_second.values():
                latin.sort(key=lambda entry: -len(entry[0]))

    def _most_specific(self, listed: list[Concept]) -> tuple[Concept, ...]:
        """Without concepts that another one implies: "navy" stands among the blues too, but says more."""
        implied = {
            (name, concept.kind) for concept in listed for name in self.closure(concept.name) if name != concept.name
        }
        return tuple(concept for concept in listed if (concept.name, concept.kind) not in implied) or tuple(listed)

    def closure(self, name: str) -> frozenset[str]:
        """``name`` and everything it implies."""
        known = self._closures.get(name)
        if known is None:
            seen, todo = {name}, [name]
            while todo:
                concept = self.concepts.get(todo.pop())
                for implied in concept.implies if concept else ():
                    if implied not in seen:
                        seen.add(implied)
                        todo.append(implied)
            known = self._closures[name] = frozenset(seen)
        return known

    def scan_short(self, text: str) -> tuple[Hit, ...]:
        """The same as ``scan`` for what comes again and again: keys and values of facts (cached)."""
        known = self._short.get(text)
        if known is None:
            if len(self._short) > 50_000:
                self._short.clear()
            known = self._short[text] = tuple(self.scan(text))
        return known

    def scan(self, text: str) -> list[Hit]:
        """Terms in a folded text, leftmost and longest first, none overlapping another."""
        found: list[tuple[int, int, str, tuple[Concept, ...], _Kinds]] = []
        if not text.isascii():
            pairs = map(str.__add__, text, text[1:])
            for at, listed in enumerate(map(self._chinese.get, pairs)):
                if listed:
                    for term, concepts, kinds in listed:
                        if text.startswith(term, at) and _bounded(text, at, term):
                            found.append((at, at + len(term), term, concepts, kinds))
                            break
        spans = [(match.start(), match.end(), _stem(match.group())) for match in _WORD.finditer(text)]
        for index, (start, _, word) in enumerate(spans):
            rows = self._latin.get(word)
            if rows and not (word[0].isdigit() and _FRACTION.search(text, max(0, start - 2), start)):  # the 4g of 2.4g
                second = spans[index + 1][2] if index + 1 < len(spans) else ""
                for words, term, concepts, kinds in (*rows.get(second, ()), *rows.get("", ())):
                    last = index + len(words) - 1
                    if last < len(spans) and (last == index or _follows(text, spans, index, words)):
                        found.append((start, spans[last][1], term, concepts, kinds))
                        break
        found.sort(key=lambda item: (item[0], -item[1]))
        hits: list[Hit] = []
        reached = 0
        for start, end, term, concepts, kinds in found:
            if start >= reached:
                hits.append(Hit(start, end, term, concepts, kinds))
                reached = end
        return hits


def _follows(text: str, spans: list[tuple[int, int, str]], index: int, words: tuple[str, ...]) -> bool:
    for offset in range(1, len(words)):
        begin, _, word = spans[index + offset]
        gap = text[spans[index + offset - 1][1] : begin]
        if word != words[offset] or len(gap) > 2 or gap.strip(" -/.&'+%\"") != "" or gap == ". ":
            return False
    return True


def _bounded(text: str, at: int, term: str) -> bool:
    """Latin letters at the edge of a mixed term ("usb接口") must be whole words."""
    if term[0].isascii() and term[0].isalnum() and at and text[at - 1].isascii() and text[at - 1].isalnum():
        return False
    end = at + len(term)
    return not (
        term[-1].isascii() and term[-1].isalnum() and end < len(text) and text[end].isascii() and text[end].isalnum()
    )


@lru_cache(maxsize=65536)
def _stem(word: str) -> str:
    """A crude singular, the same for terms and texts."""
    if word.endswith("'s"):
        word = word[:-2]
    if len(word) < 4 or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("ches", "shes", "xes", "sses", "zes")):
        return word[:-2]
    return word[:-1]


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    """The shipped lists."""
    entries: list[tuple[Concept, list[str]]] = []
    folder = resources.files(__package__).joinpath("data/lexicon")
    for entry in sorted(folder.iterdir(), key=lambda item: item.name):
        if entry.name.endswith(".txt"):
            entries.extend(read_entries(entry.read_text("utf-8")))
    return Lexicon(entries)


def read_entries(text: str) -> list[tuple[Concept, list[str]]]:
    """The entries of one list file. Raises ``ValueError`` naming the line that cannot be read."""
    entries: list[tuple[Concept, list[str]]] = []
    kind = ""
    options: tuple[str, ...] = ()
    for number, line in enumerate(text.splitlines(), 1):
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        if line.startswith("["):
            kind, *rest = line.strip("[]").split()
            options = tuple(rest)
            continue
        head, colon, terms = line.partition(" : ")
        if not colon:  # a list of bare terms: one concept for the whole section
            head, terms = kind, line
        name, _, implied = head.partition("<")
        if not kind or not name.strip():
            raise ValueError(f"line {number}: expected 'concept < implied : term / term' under a [kind]: {line!r}")
        implies = tuple(part.strip() for part in implied.split(",") if part.strip())
        spellings = [term.strip() for term in terms.split(" / ") if term.strip()]
        entries.append((Concept(name.strip(), kind, implies, options), spellings))
    return entries
