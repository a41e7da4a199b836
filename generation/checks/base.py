"""What every check is: a key, a severity and a pure function from text and context to findings.

Checks know no database: the caller builds the ``Context``. A finding's span counts Python characters (code points)
of the *plain text view* of the value (``generation.checks.text``), so that it can be underlined on screen.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

from django.utils.translation import gettext

from generation.engine import Fact, Limit

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing a rule says about a span of text.

    ``message`` is an English msgid with ``%(name)s`` places filled from ``params`` when shown (``text()``). ``fix`` is
    the replacement for the span, or None; ``fact`` the display of the nearest fact, or "".
    """

    rule: str
    severity: Severity
    message: str
    start: int = 0
    end: int = 0
    params: Mapping[str, Any] = field(default_factory=dict)
    fact: str = ""
    fix: str | None = None

    def text(self) -> str:
        """The message in the active language."""
        return gettext(self.message) % self.params if self.params else gettext(self.message)

    def to_json(self) -> dict[str, Any]:
        """The shape of the command line's and the API's contract."""
        return {
            "rule": self.rule,
            "severity": self.severity,
            "message": self.text(),
            "start": self.start,
            "end": self.end,
            "fact": self.fact,
            "fix": self.fix,
        }


@dataclass(frozen=True, slots=True)
class Context:
    """Everything a rule may look at beside the text.

    ``facts`` are all facts of the target, not only those the brief chose; ``background`` is what the owner's own texts
    say of it: no facts to be told, but evidence for claims (not for superlatives). ``limit`` is the channel's or slot's;
    ``settings`` holds per-rule options (data) by rule key, ``neighbours`` texts of similar drafts found by the
    caller's index (near-duplicate rule).
    """

    slot: str = ""
    copy_kind: str = ""
    language: str = "en"
    channel: str = ""
    name: str = ""
    noun: str = ""
    brand: str = ""
    category: str = ""
    facts: tuple[Fact, ...] = ()
    background: tuple[str, ...] = ()
    limit: Limit | None = None
    keywords_avoid: tuple[str, ...] = ()
    glossary: Mapping[str, str] = field(default_factory=dict)
    neighbours: tuple[tuple[str, str], ...] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)


class Check(ABC):
    """A rule. Subclasses set the class attributes and implement ``check``; they keep no state between calls."""

    key: ClassVar[str]
    severity: ClassVar[Severity]
    title: ClassVar[str]
    explanation: ClassVar[str]
    #: Whether the rule compares what the text states with the facts: in a sentence that asks it only warns.
    grounding: ClassVar[bool] = False
    #: Whether the rule looks at ``Context.neighbours``: only such rules run again when these become known.
    compares: ClassVar[bool] = False
    #: What a shop may set for this rule, with the values that hold otherwise.
    options: ClassVar[Mapping[str, Any]] = {}

    @abstractmethod
    def check(self, text: str, context: Context) -> Iterable[Finding]:
        """Findings for ``text`` (the plain text view of the value)."""

    def check_value(self, value: Any, value_type: str, text: str, context: Context) -> Iterable[Finding]:
        """Findings for ``value``, whose plain text view is ``text``: all that most rules look at."""
        return self.check(text, context)

    def option(self, context: Context, name: str) -> Any:
        """The shop's value of one of ``options``."""
        return context.settings.get(self.key, {}).get(name, self.options[name])

    def finding(self, message: str, start: int, end: int, **extra: Any) -> Finding:
        """A finding of this rule; ``extra`` may give ``params``, ``fact``, ``fix``, ``severity``."""
        severity = extra.pop("severity", self.severity)
        return Finding(rule=self.key, severity=severity, message=message, start=start, end=end, **extra)


class ValueCheck(Check):
    """A rule that must see the value itself, not only its plain text: markup, the items of a list."""

    def check(self, text: str, context: Context) -> Iterable[Finding]:
        """The same for a plain text."""
        return self.check_value(text, "plain", text, context)

    @abstractmethod
    def check_value(self, value: Any, value_type: str, text: str, context: Context) -> Iterable[Finding]:
        """Findings for ``value``; ``text`` is its plain text view, which spans refer to."""
