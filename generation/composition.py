"""Copy text to typed values: what a writer wrote becomes HTML, a list or plain text.

Copy text (see ``engine.Completion``) has paragraphs separated by a blank line, bullets starting with "- " and a
bullet's heading as ``**heading** rest``. Everything is escaped here; the result is sanitised again before hashing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape

_STRONG = re.compile(r"\*\*(.+?)\*\*")
_BULLET = re.compile(r"^\s*(?:[-*•·]|\d{1,2}[.、)])\s+")


def _blocks(copy_text: str) -> Iterable[tuple[str, str]]:
    """("bullet" | "text" | "gap", line) for every line, bullets without their marker."""
    for line in copy_text.strip().splitlines():
        bullet = _BULLET.match(line)
        if bullet:
            yield "bullet", line[bullet.end() :].strip()
        elif line.strip():
            yield "text", line.strip()
        else:
            yield "gap", ""


def _strong(line: str) -> str:
    return _STRONG.sub(lambda match: f"<strong>{match.group(1)}</strong>", escape(line, quote=False))


def to_html(copy_text: str, spec_rows: Iterable[tuple[str, str]] = ()) -> str:
    """``<p>``, ``<ul>`` and a table of the specification rows, which come from data and never from the model."""
    parts: list[str] = []
    paragraph: list[str] = []
    bullets: list[str] = []

    def close() -> None:
        if paragraph:
            parts.append(f"<p>{'<br>'.join(paragraph)}</p>")
            paragraph.clear()
        if bullets:
            parts.append(f"<ul>{''.join(f'<li>{bullet}</li>' for bullet in bullets)}</ul>")
            bullets.clear()

    for kind, line in _blocks(copy_text):
        if kind == "bullet":
            if paragraph:
                close()
            bullets.append(_strong(line))
        elif kind == "text":
            if bullets:
                close()
            paragraph.append(_strong(line))
        elif paragraph:
            close()
    close()
    rows = "".join(
        f"<tr><th>{escape(label, quote=False)}</th><td>{escape(value, quote=False)}</td></tr>"
        for label, value in spec_rows
    )
    if rows:
        parts.append(f"<table><tbody>{rows}</tbody></table>")
    return "".join(parts)


def to_list(copy_text: str) -> list[str]:
    """One plain item a bullet; when there is no bullet at all, one a line."""
    lines = list(_blocks(copy_text))
    wanted = "bullet" if any(kind == "bullet" for kind, _ in lines) else "text"
    return [_STRONG.sub(r"\1", line) for kind, line in lines if kind == wanted]


def to_plain(copy_text: str) -> str:
    """Text without markup; bullets keep a leading "- " only when there are several lines."""
    lines = [(kind, _STRONG.sub(r"\1", line)) for kind, line in _blocks(copy_text)]
    if sum(kind != "gap" for kind, _ in lines) == 1:
        return "".join(line for _, line in lines)
    return "\n".join(f"- {line}" if kind == "bullet" else line for kind, line in lines)
