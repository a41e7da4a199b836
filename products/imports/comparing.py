"""Whether a text of a file says what is live here. Shops reformat what they are given: spaces, entities, line ends."""

from __future__ import annotations

import html
import re

from generation.values import Value

_BETWEEN_TAGS = re.compile(r"\s*(</?[a-zA-Z][^>]*>)\s*")


def normal(text: str) -> str:
    """A text as it is compared."""
    plain = html.unescape(text).replace("\xa0", " ")
    return re.sub(r"\s+", " ", _BETWEEN_TAGS.sub(r"\1", plain)).strip()


def shows(file_text: str, live: Value) -> bool:
    """Whether the file's text contains the live value (a description may stand among the shop's own words)."""
    if isinstance(live, list):
        lines = [normal(line).lstrip("-–•* ") for line in re.split(r"\n|<br\s*/?>|</?li>|</?ul>", file_text)]
        return all(normal(item) in lines for item in live)
    if not isinstance(live, str):
        return False
    wanted, found = normal(live), normal(file_text)
    return bool(wanted) and (wanted in found if "<" in wanted else wanted == found)


#: What encloses copy that replaces only a part of a shop's text.
BLOCK_START = "<!-- opsportal:copy -->"
BLOCK_END = "<!-- /opsportal:copy -->"


def without_block(text: str) -> str:
    """A shop's text without the part that was written here."""
    start = text.find(BLOCK_START)
    end = text.find(BLOCK_END, start)
    return text if start < 0 or end < 0 else text[:start] + text[end + len(BLOCK_END) :]


def in_block(body: str, copy: str) -> str:
    """``body`` with ``copy`` inside the marked block; a body without the marks gets the block at its end."""
    block = f"{BLOCK_START}{copy}{BLOCK_END}"
    start = body.find(BLOCK_START)
    end = body.find(BLOCK_END, start)
    if start < 0 or end < 0:
        return body + block
    return body[:start] + block + body[end + len(BLOCK_END) :]
