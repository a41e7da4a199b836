"""What the model may say next, given the facts of its plan: each fact once, in order, and no number of its own.

A small state machine for each text. With it a draft cannot leave out a chosen fact, say one twice, point at what does
not exist, or write a digit; what remains to the model is the wording.
"""

from __future__ import annotations

from collections.abc import Iterable

import torch
from transformers import LogitsProcessor, PreTrainedTokenizerFast

from generation.engine.pointers.prompt import FRAMED, Plan
from generation.engine.pointers.tokens import BRAND, END, MOST_FACTS, NAME, NOUN, mark_tokens, pointer, token_id

#: How often a text may use the product's name, noun and brand. A description with its name in sentence after sentence
#: reads like a form, so that only a long one may say it again.
_USES = {NAME: 2, NOUN: 6, BRAND: 2}
_LONG = 6


class PointerVocabulary:
    """Token ids the mask needs, looked up once for a tokenizer. ``rows`` is the size of the model's output."""

    def __init__(self, tokenizer: PreTrainedTokenizerFast, rows: int) -> None:
        self._tokenizer = tokenizer
        self.end = token_id(tokenizer, END)
        self.names = {token_id(tokenizer, token): token for token in (NAME, NOUN, BRAND)}
        self.pointers: dict[int, tuple[str, int]] = {}
        self.ids: dict[tuple[str, int], int] = {}
        for letter in "kvc":
            for number in range(1, MOST_FACTS + 1):
                token = token_id(tokenizer, pointer(letter, number))
                self.pointers[token] = (letter, number)
                self.ids[letter, number] = token
        spelt = [tokenizer.decode([token]) for token in range(len(tokenizer))]
        specials = set(tokenizer.all_special_ids) | {
            token for token, added in tokenizer.added_tokens_decoder.items() if added.special
        }
        self.newlines = frozenset(token for token, text in enumerate(spelt) if "\n" in text)
        digits = {token for token, text in enumerate(spelt) if any(character.isdigit() for character in text)}
        #: Never written: control tokens, digits, and rows that stand for nothing.
        self.barred = frozenset(specials | digits | set(range(len(tokenizer), rows)))
        self.barred_free = frozenset((specials | set(range(len(tokenizer), rows))) - {self.end})
        self._tensors: dict[tuple[frozenset[int], bool, bool], torch.LongTensor] = {}

    def marks(self, kind: str, polarity: str) -> list[int]:
        """The tokens that announce a fact."""
        return [token_id(self._tokenizer, token) for token in mark_tokens(kind, polarity)]

    def forbidden(self, allowed: Iterable[int], *, end: bool, newline: bool) -> torch.LongTensor:
        """Everything barred but ``allowed`` pointers; the end and line breaks as told. Equal calls share a tensor."""
        key = (frozenset(allowed), end, newline)
        if key not in self._tensors:
            barred = self.barred - key[0]
            barred = barred - {self.end} if end else barred | {self.end}
            barred = barred if newline else barred | self.newlines
            self._tensors[key] = torch.tensor(sorted(barred), dtype=torch.long)  # type: ignore[assignment]
        return self._tensors[key]


class FreeMask:
    """For free continuations: no control tokens and no pointers."""

    def __init__(self, vocabulary: PointerVocabulary) -> None:
        self._forbidden = torch.tensor(sorted(vocabulary.barred_free), dtype=torch.long)

    def update(self, token: int) -> None:
        """Nothing to remember."""

    def forbidden(self) -> torch.LongTensor:
        """Control tokens and pointers."""
        return self._forbidden  # type: ignore[return-value]

    def required(self) -> int | None:
        """Never any."""
        return None


class PointerMask:
    """The rules of one text after its plan (the decoder's ``TokenMask``)."""

    def __init__(self, vocabulary: PointerVocabulary, plan: Plan) -> None:
        self._vocabulary = vocabulary
        self._facts = plan.facts
        self._marks = [vocabulary.marks(fact.kind, fact.polarity) for fact in plan.facts]
        # A short text from a frame announces all its facts at its start; elsewhere one sentence joins two at most.
        self._ahead = len(plan.facts) if plan.copy_kind in FRAMED else 2
        self._next = 0
        self._marked = 0
        self._due: list[int] = []
        self._used: set[tuple[str, int]] = set()
        uses = dict(_USES)
        if plan.copy_kind not in FRAMED and len(plan.facts) < _LONG:
            uses[NAME] = 1
        uses[NAME] = 0 if plan.unnamed or not plan.name else uses[NAME]
        uses[NOUN] = uses[NOUN] if plan.noun else 0
        uses[BRAND] = uses[BRAND] if plan.brand else 0
        self._uses = uses
        self._current: torch.LongTensor | None = None

    def update(self, token: int) -> None:
        """Note ``token``; anything but a pointer or a name changes nothing."""
        if self._due:
            self._due = self._due[1:] if token == self._due[0] else []
        elif self._marked < len(self._marks) and token == self._marks[self._marked][0]:
            self._due = self._marks[self._marked][1:]
            self._marked += 1
            self._current = None
        found = self._vocabulary.pointers.get(token)
        if found:
            self._used.add(found)
            if found[0] == "v":
                self._next = found[1]
            self._current = None
        elif token in self._vocabulary.names:
            self._uses[self._vocabulary.names[token]] -= 1
            self._current = None

    def required(self) -> int | None:
        """Yes or no behind the mark of a fact that is one; else wording is the model's."""
        return self._due[0] if self._due else None

    def forbidden(self) -> torch.LongTensor:
        """Token ids that must not come next."""
        if self._current is None:
            self._current = self._compute()
        return self._current

    def missing(self) -> int:
        """How many facts are still to be said."""
        return len(self._facts) - self._next

    def _compute(self) -> torch.LongTensor:
        ids = self._vocabulary.ids
        allowed = {token for token, name in self._vocabulary.names.items() if self._uses[name] > 0}
        number = self._next + 1
        started = any((letter, number) in self._used for letter in "kc")
        unnamed = self._next > 0 and self._facts[self._next - 1].named and ("k", self._next) not in self._used
        if self._next and not started:
            # The fact just said may still get its key or its condition.
            allowed |= {ids[pair] for pair in self._pairs(self._next) if pair not in self._used and pair[0] != "v"}
        if self._marked < len(self._facts) and self._marked - self._next < self._ahead and not unnamed:
            allowed.add(self._marks[self._marked][0])
        if number <= self._marked and not unnamed:
            allowed |= {ids[pair] for pair in self._pairs(number) if pair not in self._used}
        done = self._next == len(self._facts) and not unnamed
        return self._vocabulary.forbidden(allowed, end=done, newline=not unnamed)

    def _pairs(self, number: int) -> list[tuple[str, int]]:
        pairs = [("k", number), ("v", number)]
        if self._facts[number - 1].condition:
            pairs.append(("c", number))
        return pairs


class PointerLogits(LogitsProcessor):
    """The same rules for Hugging Face's ``generate``: one mask for each row, rows in the order of ``plans``."""

    def __init__(self, vocabulary: PointerVocabulary, plans: list[Plan], prompt_length: int) -> None:
        self._masks = [PointerMask(vocabulary, plan) for plan in plans]
        self._seen = prompt_length

    def __call__(self, input_ids: torch.LongTensor, scores: torch.FloatTensor) -> torch.FloatTensor:
        """Scores with what is forbidden at minus infinity."""
        for row, mask in enumerate(self._masks):
            for token in input_ids[row, self._seen :].tolist():
                mask.update(token)
            required = mask.required()
            if required is None:
                scores[row, mask.forbidden()] = float("-inf")
            else:
                scores[row, torch.arange(scores.shape[1]) != required] = float("-inf")
        self._seen = input_ids.shape[1]
        return scores
