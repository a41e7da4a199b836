"""Composes product copy: descriptions, highlights, page titles, page descriptions and plain paragraphs."""

from __future__ import annotations

import re
from collections.abc import Sequence

from generation.engine.corpus.phrases import placeholders
from generation.engine.corpus.telling import MARKS, Telling, capital
from generation.engine.pointers.kinds import tables
from generation.engine.pointers.prompt import PlannedFact

_OF_TABLE = re.compile(r"表|说明|清单|下方|下面|列|参数|table|specification|below|manual|packag|measure", re.IGNORECASE)


#: Whom a chain of verbs (English) or clauses (Chinese) is said of.
SUBJECTS = {"en": ("It", "It", "This {t}", "{n}", "The {t}"), "zh": ("", "", "这款{t}", "这款{t}", "{n}")}
#: How the opener of an English sentence ("Made of …, ") goes on.
LED_SUBJECTS = ("it", "it", "this {t}", "the {t}", "{n}")


def _after_marks(phrase: str, words: str) -> str:
    """``words`` put in front of ``phrase``, but behind the marks that announce its fact."""
    end = MARKS.match(phrase)
    place = end.end() if end else 0
    return phrase[:place] + words + phrase[place:]


class Composer:
    """Writes one text about ``facts`` (in this order) with a ``Telling``. All results carry local pointers."""

    def __init__(self, telling: Telling, facts: list[PlannedFact], *, tone: str, length: str, more: bool) -> None:
        self.telling, self.facts = telling, facts
        self.rng, self.chinese = telling.rng, telling.chinese
        self.tone, self.length, self.more = tone, length, more

    def _stop(self, text: str) -> str:
        end = "。" if self.chinese else "."
        text = text if self.chinese else capital(text)
        return text if text.endswith(tuple("。.?？：:")) else text + end

    def _join(self, sentences: list[str]) -> str:
        return ("" if self.chinese else " ").join(sentence for sentence in sentences if sentence)

    def _claim(self, facts: list[PlannedFact]) -> str:
        """A claim line; takes the first fact out of ``facts`` when it tells it."""
        if facts and self.rng.random() < 0.7 and self._claimable(facts[0]):
            own = self.telling.phrase_for(facts[0], "claim")
            if own:
                facts.pop(0)
                return own
        openings = self.telling.phrases.openings[self.tone]
        if facts and self.rng.random() < 0.3 and self._claimable(facts[0]) and facts[0].kind in tables("plan")["claim"]:
            fact = facts[0]
            told = [text for text in openings.get("claim.fact", []) if {"n", "t"} & set(placeholders(text))]
            spoken = fact.kind in ("selling_point", "benefit")
            suited = [text for text in told if spoken != ("k" in placeholders(text))]
            chosen = self.telling.pick(suited)
            if chosen:
                return self.telling.place(chosen, [facts.pop(0)])
        return self.telling.place(self.telling.pick(openings.get("claim.generic", [])))

    def _claimable(self, fact: PlannedFact) -> bool:
        most = 12 if self.chinese else 26
        return len(fact.value) <= most and len(fact.key) <= most and not fact.condition and not fact.polarity

    def _closing(self) -> str:
        closings = self.telling.phrases.closings[self.tone]
        usable = list(closings.get("closing", []))
        if self.tone == "warm":
            usable += closings.get("closing.warm", []) * 2
        if not self.more:
            usable = [text for text in usable if not _OF_TABLE.search(text)]
        return self._stop(self.telling.place(self.telling.pick(usable))) if usable else ""

    def _prose(self, facts: list[PlannedFact], most: int) -> list[str]:
        """Sentences for the first ``most`` of ``facts``, which are taken out; neighbours are joined where data allows."""
        sentences: list[str] = []
        said = 0
        while facts and said < most:
            if len(facts) > 1 and said + 2 <= most and self.rng.random() < 0.6:
                joined = self.telling.pair(facts[0], facts[1])
                if joined:
                    sentences.append(self._stop(joined))
                    del facts[:2]
                    said += 2
                    continue
            if said + 2 <= most and self.rng.random() < 0.6:
                told, sentence = self._led(facts, most - said) if self.rng.random() < 0.5 else (0, "")
                if not told:
                    chain = self._chain(facts, most - said)
                    told, sentence = (len(chain), self._linked(chain)) if len(chain) > 1 else (0, "")
                if told:
                    said += told
                    sentences.append(self._stop(sentence))
                    del facts[:told]
                    continue
            fact = facts.pop(0)
            said += 1
            sentences.append(self._stop(self.telling.phrase_for(fact, "sentence") or self._fallback(fact)))
        return sentences

    def _chain(self, facts: list[PlannedFact], most: int) -> list[str]:
        """Parallel phrases for the first two or three of ``facts`` that have them, to be said in one breath."""
        told: list[str] = []
        for fact in facts[: min(most, self.rng.choice((2, 2, 3)))]:
            phrase = "" if fact.condition else self.telling.phrase_for(fact, "clause" if self.chinese else "verb")
            if not phrase:
                break
            told.append(phrase)
        return told

    def _linked(self, chain: list[str], subjects: Sequence[str] = ()) -> str:
        """The phrases of ``_chain`` as one sentence. English verbs get a subject, and "and" stands behind the last mark."""
        subject = self.telling.place(self.telling.pick(subjects or SUBJECTS[self.telling.phrases.language]))
        if self.chinese:
            return "，".join([_after_marks(chain[0], subject), *chain[1:]])
        *before, last = [_after_marks(chain[0], f"{subject} "), *chain[1:]]
        return ", ".join(before) + _after_marks(last, " and ") if before else last

    def _led(self, facts: list[PlannedFact], most: int) -> tuple[int, str]:
        """A sentence that begins with the first fact and goes on with the next: "Made of oak, it weighs 2 kg",
        这款重两公斤的柜子用橡木做成; how many of ``facts`` it says, and the sentence; 0 when there is none.
        """
        first = facts[0]
        if first.condition or (self.chinese and not self.telling.noun):
            return 0, ""
        lead = self.telling.phrase_for(first, "modifier" if self.chinese else "lead")
        chain = self._chain(facts[1:], most - 1) if lead else []
        if not chain:
            return 0, ""
        if self.chinese:
            return len(chain) + 1, _after_marks(lead, "这款") + self.telling.place("{t}") + "，".join(chain)
        return len(chain) + 1, f"{lead}, {self._linked(chain, LED_SUBJECTS)}"

    def _fallback(self, fact: PlannedFact) -> str:
        if fact.polarity:
            words = {"yes": "有", "no": "没有"} if self.chinese else {"yes": "yes", "no": "no"}
            return self.telling.place(f"{{k}}{'：' if self.chinese else ': '}{words[fact.polarity]}", [fact])
        return self.telling.place("{k}：{v}" if self.chinese else "{k}: {v}", [fact])

    def _bullets(self, facts: list[PlannedFact]) -> list[str]:
        lines = []
        for fact in facts:
            heading, point = self.telling.headed(fact)
            if self.chinese:
                lines.append(f"- **{heading}**：{point}")
            else:
                lines.append(f"- **{capital(heading)}:** {point}")
        facts.clear()
        return lines

    def description(self) -> str:
        """A claim line, a lead, bullets with headings, now and then a closing line."""
        facts = list(self.facts)
        claim = self._claim(facts)
        few = len(self.facts) <= 2
        # Attributes nobody knows go into bullets, where a key and a value are enough.
        told = next((index for index, fact in enumerate(facts) if fact.named and not fact.polarity), len(facts))
        if few or self.length == "short":
            most = len(facts) if few or self.rng.random() < 0.45 else self.rng.choice((0, 1))
        elif self.chinese:
            most = self.rng.choice((0, 0, 1, 2, 2) if self.length == "medium" else (1, 2, 2, 3))
        else:
            most = self.rng.choice((2, 2, 3) if self.length == "medium" else (2, 3, 3))
        lead = self._prose(facts, min(most, told))
        bullets = self._bullets(facts)
        closing = ""
        if not self.facts or self.rng.random() < (0.6 if few else 0.3):
            closing = self._closing()
        return self._shape(claim, lead, bullets, closing, few)

    def _shape(self, claim: str, lead: list[str], bullets: list[str], closing: str, few: bool) -> str:
        own_line = self.rng.random() < (0.8 if self.chinese else 0.35)
        blocks: list[str] = []
        if own_line and (lead or bullets or closing):
            blocks.append(claim if self.chinese else capital(claim))
        else:
            lead = [self._stop(claim), *lead]
        if closing and few and not bullets:
            lead = [*lead, closing]
            closing = ""
        if lead:
            blocks.append(self._join(lead))
        if bullets:
            blocks.append("\n".join(bullets))
        if closing:
            blocks.append(closing)
        return "\n\n".join(blocks)

    def highlights(self) -> str:
        """One short line for each fact, without mark-up."""
        if not self.facts:
            return self._claim([])
        lines = []
        headed = self.rng.random() < 0.5
        bracketed = self.rng.random() < 0.4
        for fact in self.facts:
            line = "" if headed else self.telling.phrase_for(fact, "clause", bare=False)
            if not line:
                heading, point = self.telling.headed(fact)
                line = self._labelled(heading, point, bracketed)
            lines.append(line if self.chinese else capital(line))
        return "\n".join(lines)

    def _labelled(self, heading: str, point: str, bracketed: bool) -> str:
        """A heading and what it says, in one line."""
        if self.chinese and bracketed:
            end = MARKS.match(heading)
            place = end.end() if end else 0
            return f"{heading[:place]}【{heading[place:]}】{point}"
        return f"{heading}：{point}" if self.chinese else f"{heading}: {point}"

    def seo_title(self) -> str:
        """The name with a fact or two that fit beside it."""
        separator = self.rng.choice(("｜", "，", " - ")) if self.chinese else self.rng.choice((" | ", ": ", " - "))
        parts = ["{n}"]
        if self.telling.brand and self.rng.random() < 0.6:
            parts = (
                [self.rng.choice(("{b} {n}", "{b}{n}"))]
                if self.chinese
                else [self.rng.choice(("{b} {n}", "{n} by {b}"))]
            )
        pieces = [self.telling.place(parts[0])]
        fragments = [self.telling.phrase_for(fact, "fragment") or self._fallback(fact) for fact in self.facts]
        comma = "，" if self.chinese else ", "
        if fragments:
            pieces.append(comma.join(fragments) if self.chinese else capital(comma.join(fragments)))
        return separator.join(pieces)

    def seo_description(self) -> str:
        """One or two sentences for a result page."""
        facts = list(self.facts)
        if not facts:
            return self._join([self._stop(self._claim([])), self._closing()])
        if self.rng.random() < 0.5:
            clauses = [self.telling.phrase_for(fact, "clause", bare=False) or self._fallback(fact) for fact in facts]
            start = self.telling.place(self.rng.choice(("{n}：", "{n}，")) if self.chinese else "{n}: ")
            return self._stop(start + ("，" if self.chinese else ", ").join(clauses))
        claim = [self._stop(self._claim(facts))] if self.rng.random() < 0.5 else []
        return self._join([*claim, *self._prose(facts, len(facts))])

    def generic(self) -> str:
        """A short paragraph for any other place."""
        facts = list(self.facts)
        claim = [self._stop(self._claim(facts))] if not facts or self.rng.random() < 0.7 else []
        lead = self._prose(facts, len(facts))
        closing = [self._closing()] if self.rng.random() < 0.25 else []
        return self._join([*claim, *lead, *closing])

    def bullets(self) -> list[str]:
        """A bullet with a heading for each fact."""
        return self._bullets(list(self.facts))

    def sentences(self) -> str:
        """A sentence for each fact, joined where the data can, and nothing else."""
        return self._join(self._prose(list(self.facts), len(self.facts)))

    def answer(self) -> str:
        """An answer to a question about the product, from its facts."""
        sentences = [
            self._stop(
                self.telling.phrase_for(fact, "question")
                or self.telling.phrase_for(fact, "sentence")
                or self._fallback(fact)
            )
            for fact in self.facts
        ]
        later = [sentence.replace("您好，", "", 1) for sentence in sentences[1:]]
        return self._join([*sentences[:1], *later])
