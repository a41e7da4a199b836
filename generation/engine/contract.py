"""What the engine and its callers agree on: facts, briefs, requests, completions, writers.

Plain frozen dataclasses, JSON in and out, no Django and no torch. A brief says *what* may be written; a writer
decides how to render it for its model. Facts are data, never instructions.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, fields
from functools import cache
from typing import Any, Literal, Protocol, runtime_checkable

FactKind = Literal["attribute", "selling_point", "benefit", "statement", "offer", "state"]
Length = Literal["short", "medium", "long"]


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that is known about the target, and the only thing copy may claim.

    ``value`` is written as the shop writes it, without ``unit`` ("7", unit "天"); for a yes/no attribute the value is
    "yes" or "no". ``condition`` ("典型使用", "without strap") and ``part`` ("表壳", "strap") belong to the claim:
    copy that drops them says something else. ``scope`` is blank for a fact shared by all variants, else the label of the
    variant it is true of. ``kind`` "benefit" carries an owner-approved benefit, its ``key`` that of the fact it explains;
    "statement" a sentence of the shop's own description that says what the product is.
    A ``volatile`` fact (a price) changes often: copy becomes stale by it only where it says the value.
    """

    key: str
    value: str
    unit: str = ""
    condition: str = ""
    part: str = ""
    scope: str = ""
    kind: FactKind = "attribute"
    is_key: bool = False
    data_type: Literal["text", "number", "choice", "boolean"] = "text"
    source: str = ""
    date: str = ""
    volatile: bool = False

    @property
    def in_words(self) -> bool:
        """Whether the value is a wording of its own, said as it stands and without its key."""
        return self.kind in ("selling_point", "benefit", "statement")

    @property
    def display(self) -> str:
        """Value with its unit, as a reader sees it: CJK units and symbols join, Latin words take a space."""
        if not self.unit:
            return self.value
        joins = not self.unit[0].isascii() or self.unit[0] in "%°\"'"
        return f"{self.value}{self.unit}" if joins else f"{self.value} {self.unit}"


@dataclass(frozen=True, slots=True)
class Limit:
    """An upper bound on the text. ``unit`` names a counting method of ``generation.checks.counting``."""

    maximum: int
    unit: str = "characters"
    hard: bool = True


@dataclass(frozen=True, slots=True)
class Brief:
    """All a writer may know when it writes one text in one language."""

    copy_kind: str
    language: str
    name: str
    noun: str = ""
    brand: str = ""
    category: str = ""
    facts: tuple[Fact, ...] = ()
    tone: str = "plain"
    length: Length = "medium"
    channel: str = ""
    keywords_use: tuple[str, ...] = ()
    keywords_avoid: tuple[str, ...] = ()
    limit: Limit | None = None
    note: str = ""
    instruction: str = ""
    opening: str = ""
    situation: str = ""

    def to_json(self) -> dict[str, Any]:
        """A JSON-able dict; ``Brief.from_json`` restores an equal brief."""
        data = {name: getattr(self, name) for name in _names(Brief)}
        data["facts"] = [{name: getattr(fact, name) for name in _names(Fact)} for fact in self.facts]
        data["limit"] = self.limit and {name: getattr(self.limit, name) for name in _names(Limit)}
        return data

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Brief:
        """Inverse of ``to_json``. Unknown keys raise ``TypeError``: a brief is versioned, never guessed at."""
        values = dict(data)
        values["facts"] = tuple(Fact(**fact) for fact in values.get("facts", ()))
        values["keywords_use"] = tuple(values.get("keywords_use", ()))
        values["keywords_avoid"] = tuple(values.get("keywords_avoid", ()))
        if values.get("limit"):
            values["limit"] = Limit(**values["limit"])
        return cls(**values)

    @property
    def digest(self) -> str:
        """SHA-256 (hex) of the canonical JSON: the content address of the brief."""
        canonical = json.dumps(self.to_json(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(canonical.encode()).hexdigest()


@cache
def _names(kind: type) -> tuple[str, ...]:
    """Field names of a dataclass. ``dataclasses.asdict`` copies every value; a batch makes tens of thousands of briefs."""
    return tuple(entry.name for entry in fields(kind))


@dataclass(frozen=True, slots=True)
class Sampling:
    """Decoding parameters of one request. ``max_new_tokens`` counts tokens, ``temperature`` 0 means greedy."""

    temperature: float = 0.9
    top_k: int = 50
    top_p: float = 0.95
    max_new_tokens: int = 320
    repetition_penalty: float = 1.0
    seed: int | None = None
    stop: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WriteRequest:
    """Ask for ``candidates`` texts: from a ``brief``, or as the continuation of a free ``prompt`` (exactly one of both).

    ``template`` is the shop's own wording around the brief (see ``PromptTemplate``); "" means the writer's default.
    ``tag`` is returned on every completion and is opaque to the writer.
    """

    tag: str
    brief: Brief | None = None
    prompt: str | None = None
    template: str = ""
    candidates: int = 1
    sampling: Sampling = field(default_factory=Sampling)

    def __post_init__(self) -> None:
        if (self.brief is None) == (self.prompt is None):
            raise ValueError("a request needs either a brief or a prompt, not both")
        if self.candidates < 1:
            raise ValueError("candidates must be at least 1")


@dataclass(frozen=True, slots=True)
class Completion:
    """One finished text. ``text`` excludes the prompt; lists are one item a line; markup is ``copy text`` (below).

    Copy text is what all writers produce for every copy kind: paragraphs separated by a blank line, bullet lines
    starting with "- ", a bullet's heading as ``**heading** rest``. Slots turn it into HTML, a list or plain text.
    """

    tag: str
    index: int
    text: str
    finish_reason: Literal["stop", "length", "error"]
    prompt_tokens: int = 0
    tokens: int = 0
    seconds: float = 0.0
    seed: int | None = None
    error: str = ""


@dataclass(frozen=True, slots=True)
class Usage:
    """How busy a decoder was since it was opened: of ``offered`` places for a token, ``busy`` were used."""

    busy: int = 0
    offered: int = 0


class WriterError(Exception):
    """The writer cannot work (missing weights, unreachable server, bad settings). The message says the remedy."""


@runtime_checkable
class Writer(Protocol):
    """Anything that turns requests into completions.

    ``version`` changes whenever the same request may give another text (weights, prompt rendering, engine).
    ``continues_text`` is true when free prompts are possible.
    """

    name: str
    version: str
    continues_text: bool

    def write(self, requests: Iterable[WriteRequest]) -> Iterator[Completion]:
        """Yield every candidate of every request, in any order, as they finish; consumes ``requests`` lazily.

        A request that fails yields one completion with ``finish_reason="error"``; only a writer that cannot go on at all
        raises ``WriterError``.
        """
        ...

    def close(self) -> None:
        """Release memory and connections. Safe to call twice."""
        ...
