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
