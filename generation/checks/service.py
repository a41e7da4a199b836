"""Running rules over a value. Nothing here touches a database: who wants findings stored stores them."""

from __future__ import annotations

import gc
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from importlib import resources
from typing import Any, Literal

from generation.checks import registry
from generation.checks.asking import asked
from generation.checks.base import Check, Context, Finding
from generation.checks.coverage import mentioned
from generation.checks.normalise import fold
from generation.checks.text import view
from generation.checks.verbatim import said_verbatim
from generation.engine import Fact

#: Raised by hand when the same text and facts may get other findings for a reason not in the data files.
CODE_VERSION = "1"


@dataclass(frozen=True, slots=True)
class Ruleset:
    """Which rules run, in which order, and how a shop grades them: ``severities`` maps a rule key to error, warning, off."""

    checks: tuple[Check, ...]
    severities: Mapping[str, Literal["error", "warning", "off"]] = field(default_factory=dict)


def default_ruleset() -> Ruleset:
    """All registered rules as graded by themselves."""
    return _ruleset(registry.all_checks())


@lru_cache(maxsize=1)
def settle() -> None:
    """For a process that is going to check many texts: load the rules' tables, and spare the garbage collector walking
    them again and again (a hundred thousand objects that stay until the process ends)."""
    for language, text in (("zh-hans", "续航7天，重19克。"), ("en", "It lasts 7 days and weighs 19 g.")):
        run_checks(text, "plain", Context(language=language, facts=(Fact("Weight", "19", "g"),)))
    gc.collect()
    gc.freeze()


def run_checks(value: Any, value_type: str, context: Context, rules: Ruleset | None = None) -> list[Finding]:
    """All findings about ``value``, by position; spans count code points of ``view(value, value_type).text``."""
    rules = rules or default_ruleset()
    text = view(value, value_type).text
    findings: list[Finding] = []
    for check in rules.checks:
        graded = rules.severities.get(check.key)
        if graded == "off":
            continue
        found = check.check_value(value, value_type, text, context)
        if check.grounding:
            found = _grounded(list(found), text, context)
        if graded:
            found = [replace(finding, severity=graded) for finding in found]
        findings.extend(found)
    findings.sort(key=lambda finding: (finding.start, finding.end))
    return findings


def _grounded(findings: list[Finding], text: str, context: Context) -> list[Finding]:
    """Without those about a fact said word for word; as a warning where the text only asks about what it names."""
    if not findings:
        return []
    folded = fold(text)
    verbatim = said_verbatim(folded, context)
    return [
        replace(finding, severity="warning")
        if finding.severity == "error" and asked(folded, finding.start, finding.end)
        else finding
        for finding in findings
        if not any(start <= finding.start and finding.end <= end for start, end in verbatim)
    ]


def blocking(findings: Sequence[Finding]) -> bool:
    """Whether any of the findings keeps a draft from being approved."""
    return any(finding.severity == "error" for finding in findings)


def coverage(text: str, facts: Sequence[Fact], language: str) -> list[bool]:
    """For each fact whether ``text`` (plain) mentions it, in the same words, in other units or by a known synonym."""
    return mentioned(text, tuple(facts), language)


def ruleset_version(rules: Ruleset, shop: Any = None) -> str:
    """A short digest that changes whenever the same text and facts may get other findings.

    ``shop`` is what else the caller gives the rules (settings, glossary), JSON-able.
    """
    described = {
        "code": CODE_VERSION,
        "data": _data_digest(),
        "checks": [f"{type(check).__module__}.{type(check).__qualname__}" for check in rules.checks],
        "severities": dict(sorted(rules.severities.items())),
        "shop": shop,
    }
    return hashlib.sha256(json.dumps(described, sort_keys=True).encode()).hexdigest()[:16]


@lru_cache(maxsize=8)
def _ruleset(classes: tuple[type[Check], ...]) -> Ruleset:
    return Ruleset(tuple(check() for check in classes))


@lru_cache(maxsize=1)
def _data_digest() -> str:
    digest = hashlib.sha256()
    folders = [resources.files(__package__).joinpath("data")]
    while folders:
        for entry in sorted(folders.pop().iterdir(), key=lambda item: item.name):
            if entry.is_dir():
                folders.append(entry)
            else:
                digest.update(entry.name.encode() + b"\0" + entry.read_bytes())
    return digest.hexdigest()
