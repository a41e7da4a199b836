"""English verbs and pronouns that agree with a product whose name is plural: "Hoop Earrings weigh", "they have"."""

from __future__ import annotations

import re
from functools import cache

from generation.engine.corpus.phrases import load
from generation.engine.pointers.prompt import FRAMED, Plan
from generation.engine.pointers.wording import is_plural

_IRREGULAR = {"is": "are", "has": "have", "was": "were", "does": "do", "isn't": "aren't", "goes": "go"}
_MARKS = r"(?:<[a-z_]{2,}>)*"
#: The name as a subject: where a sentence or clause begins, with its verb behind it.
_NAMED = re.compile(rf"(?:(?:^|[.?!:,*\n]|\band) ?){_MARKS} ?<n>,? {_MARKS}([a-z']+)\b")
_IT = re.compile(rf"\b([Ii])t ({_MARKS})([a-z']+)\b")
_POSSESSIVE = re.compile(r"\b([Ii])ts\b")
_OBJECT = re.compile(r"\bit\b")
#: What a sentence goes on with about the same subject.
_NEXT = re.compile(rf"((?:,|\band|, and) {_MARKS})([a-z']+)\b")
_SENTENCE = re.compile(r"[^.?!\n]*(?:[.?!\n]|$)")


def agreed(text: str, plan: Plan) -> str:
    """``text`` (with pointers) as a plural name wants it. Others and Chinese stay as they are.

    Where the text calls the product by its noun, which is singular ("pair of earrings"), only verbs behind the name
    change; campaigns, notices and replies use "it" of other things too.
    """
    if plan.language != "en" or not is_plural(plan.name) or "<n>" not in text:
        return text
    pronouns = plan.copy_kind not in FRAMED and "<t>" not in text

    def sentence(match: re.Match[str]) -> str:
        return _sentence(match[0], pronouns=pronouns)

    return _SENTENCE.sub(sentence, text)


def _sentence(sentence: str, *, pronouns: bool) -> str:
    plural = False

    def named(match: re.Match[str]) -> str:
        nonlocal plural
        if match[1] not in _verbs():
            return match[0]
        plural = True
        return match[0][: match.start(1) - match.start()] + _plural(match[1])

    def it(match: re.Match[str]) -> str:
        nonlocal plural
        if match[3] not in _verbs():
            return match[0]
        plural = True
        return f"{'They' if match[1] == 'I' else 'they'} {match[2]}{_plural(match[3])}"

    sentence = _NAMED.sub(named, sentence)
    if pronouns:
        sentence = _IT.sub(it, sentence)
        sentence = _POSSESSIVE.sub(lambda found: "Their" if found[1] == "I" else "their", sentence)
        sentence = _OBJECT.sub("them", sentence)
    if not plural:
        return sentence
    return _NEXT.sub(lambda found: found[1] + (_plural(found[2]) if found[2] in _verbs() else found[2]), sentence)


@cache
def _verbs() -> frozenset[str]:
    kinds = load("en").kinds.values()
    return frozenset(
        line.split(" ", 1)[0] for kind in kinds for side in ("", "yes", "no") for line in kind.phrases("verb", side)
    ) | frozenset(_IRREGULAR)


def _plural(verb: str) -> str:
    if verb in _IRREGULAR:
        return _IRREGULAR[verb]
    if verb.endswith("ies"):
        return f"{verb[:-3]}y"
    if verb.endswith(("sses", "shes", "ches", "xes", "zzes")):
        return verb[:-2]
    return verb.removesuffix("s")
