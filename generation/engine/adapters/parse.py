"""What a general model answered, made copy text: paragraphs, "- " bullets, ``**heading**``; nothing of the prompt.

A model's answer is untrusted. This module only tidies it; what may reach a page is decided by the slot's sanitiser.
"""

from __future__ import annotations

import re

from generation.engine.adapters.prompts import shape, wording
from generation.engine.contract import Brief

_THINKING = re.compile(r"<think(?:ing)?>.*?(?:</think(?:ing)?>|\Z)", re.DOTALL | re.IGNORECASE)
_SPECIAL = re.compile(r"<\|[^|>\n]{1,40}\|>|</?s>|\[/?INST\]|<unk>|<pad>|\ufffd")
_FACTS = re.compile(r"<facts>.*?(?:</facts>|\Z)", re.DOTALL | re.IGNORECASE)
_FENCE = re.compile(r"^\s*```\w*\s*$", re.MULTILINE)
_ITEM_TAG = re.compile(r"\s*<li[^>]*>\s*", re.IGNORECASE)
_BREAK_TAG = re.compile(r"\s*</?(?:p|ul|ol|div|h[1-6]|br)\b[^>]*>\s*", re.IGNORECASE)
_STRONG_TAG = re.compile(r"</?(?:strong|b)>", re.IGNORECASE)
_OTHER_TAG = re.compile(r"</?(?:li|em|i|u|span|a|html|body|table|tr|td|th)\b[^>]*>", re.IGNORECASE)
_BULLET = re.compile(r"^\s*(?:[-*•·●▪◆–—]|\d{1,2}[.)、])\s+|^\s*(?:[•·●▪◆]|\d{1,2}[、)])\s*")
_HEADING = re.compile(r"^\s*#{1,6}\s+(.*)$")
_SPACES = re.compile(r"[ \t\u00a0]+")
# "Sure, here is the description:" and its like: a first line that talks about the copy and ends with a colon.
_PREAMBLE = re.compile(
    r"^(?:sure|certainly|of course|okay|ok|here(?:'s| is| are)|好的|当然|没问题|以下是|下面是|这是为)"
    r"[^\n]{0,120}[:：]\s*$",
    re.IGNORECASE,
)
_QUOTES = {'"': '"', "“": "”", "「": "」", "『": "』"}


def copy_text(answer: str, brief: Brief) -> str:
    """The answer of a model to ``brief`` as copy text, "" if nothing is left. Opening words are the caller's to add."""
    text = _FACTS.sub("", _THINKING.sub("", answer))
    text = _SPECIAL.sub("", _FENCE.sub("", text))
    text = _STRONG_TAG.sub("**", _ITEM_TAG.sub("\n- ", text))
    text = _OTHER_TAG.sub("", _BREAK_TAG.sub("\n\n", text))
    lines = _without_leak([_tidy(line) for line in text.splitlines()])
    kind = shape(brief.copy_kind)
    if kind == "line":
        return _unquoted(next((_plain(line) for line in lines if _plain(line)), ""))
    if kind == "list":
        return "\n".join(line.removeprefix("- ") for line in lines if line)
    return _unquoted(_joined(lines))


def _tidy(line: str) -> str:
    """One line with one kind of bullet and single spaces."""
    line = _SPACES.sub(" ", line).strip()
    heading = _HEADING.match(line)
    if heading:
        return f"**{heading.group(1).strip('* ')}**"
    if line.startswith("**"):
        return line
    line = _BULLET.sub("- ", line, count=1)
    return "" if line.strip("- ") == "" else line


def _without_leak(lines: list[str]) -> list[str]:
    """Lines up to where the model begins to write a prompt of its own, without its introduction."""
    marks = _prompt_marks()
    first = next((number for number, line in enumerate(lines) if line), 0)
    lines = lines[first:]
    if lines and (_PREAMBLE.match(lines[0]) or lines[0].strip("*") in marks):
        lines = lines[1:]
    for number, line in enumerate(lines):
        if line.strip("*") in marks:
            return lines[:number]
    return lines


def _prompt_marks() -> set[str]:
    """The headings of our own prompts, in every language: where one stands in an answer, the prompt shows through."""
    marks: set[str] = set()
    for language in ("en", "zh"):
        said = wording()[language]
        marks.add(said["facts_heading"])
        marks.update(said["copy_heading"].format(task=task) for task in said["tasks"].values())
    return marks


def _joined(lines: list[str]) -> str:
    """Lines as paragraphs: an empty line between paragraphs and before the first bullet, none between bullets."""
    text = previous = ""
    for line in filter(None, lines):
        if previous:
            text += "\n" if previous.startswith("- ") and line.startswith("- ") else "\n\n"
        text += line
        previous = line
    return text


def _plain(line: str) -> str:
    return line.removeprefix("- ").replace("**", "").strip()


def _unquoted(text: str) -> str:
    """``text`` without quotation marks around the whole of it."""
    if len(text) > 1 and _QUOTES.get(text[0]) == text[-1] and text[0] not in text[1:-1]:
        return text[1:-1].strip()
    return text
