"""Patterns that skip quickly what cannot begin a match.

Python tries a pattern of many branches at every character when a branch begins with a look-behind. ``gated`` puts a look
ahead for the possible first characters in front, which most positions fail at once.
"""

from __future__ import annotations

import re
from re import _constants, _parser  # type: ignore[attr-defined]  # the standard library's own reading of a pattern
from typing import Any


def gated(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """``pattern`` compiled, after a look ahead for its first characters where these can be told."""
    first = _first(_parser.parse(pattern, flags).data)
    if not first:
        return re.compile(pattern, flags)
    return re.compile(f"(?=[{''.join(map(re.escape, sorted(first)))}])(?:{pattern})", flags)


def _first(items: list[Any]) -> set[str] | None:
    """The characters a match of these items can begin with, or None where that is unknown or it may be empty."""
    for place, (operation, argument) in enumerate(items):
        if operation in (_constants.ASSERT, _constants.ASSERT_NOT, _constants.AT):
            continue
        if operation is _constants.LITERAL:
            return {chr(argument)}
        if operation is _constants.IN:
            return _of_set(argument)
        if operation is _constants.SUBPATTERN:
            inner = argument[3].data
            found = _first(inner)
            if found and argument[1] & re.IGNORECASE:  # "(?i:made)"
                found = {char.lower() for char in found} | {char.upper() for char in found}
        elif operation is _constants.BRANCH:
            branches = [_first(branch.data) for branch in argument[1]]
            found = None if any(branch is None for branch in branches) else set().union(*filter(None, branches))
        elif operation in (_constants.MAX_REPEAT, _constants.MIN_REPEAT):
            found = _first(argument[2].data)
            if argument[0] == 0:
                rest = _first(items[place + 1 :]) if found else None
                return found | rest if found and rest else None
        else:
            return None
        return found
    return None


def _of_set(items: list[Any]) -> set[str] | None:
    found: set[str] = set()
    for operation, argument in items:
        if operation is _constants.LITERAL:
            found.add(chr(argument))
        elif operation is _constants.RANGE and argument[1] - argument[0] < 200:
            found.update(map(chr, range(argument[0], argument[1] + 1)))
        elif operation is _constants.CATEGORY and argument is _constants.CATEGORY_DIGIT:
            found.update("0123456789")
        else:
            return None
    return found


def beginnings(pattern: str, length: int) -> set[str]:
    """Strings of at most ``length`` characters one of which every match begins with; {""} where nothing can be told."""
    found = {text for text, _ in _openings(_parser.parse(pattern).data, length)}
    return {""} if "" in found else found


def _openings(items: list[Any], length: int) -> set[tuple[str, bool]]:
    """Beginnings of a sequence, each with whether it is all of it so far, so that what follows may go on."""
    known = {("", True)}
    for operation, argument in items:
        if not any(whole and len(text) < length for text, whole in known):
            break
        longer: set[tuple[str, bool]] = set()
        for text, whole in known:
            if whole and len(text) < length:
                longer.update(
                    (text + more, goes_on) for more, goes_on in _opening(operation, argument, length - len(text))
                )
            else:
                longer.add((text, False))
        known = longer
    return known


def _opening(operation: Any, argument: Any, length: int) -> set[tuple[str, bool]]:
    if operation in (_constants.ASSERT, _constants.ASSERT_NOT, _constants.AT):
        return {("", True)}
    if operation is _constants.LITERAL:
        return {(chr(argument), True)}
    if operation is _constants.IN:
        return {(char, True) for char in _of_set(argument) or ()} or {("", False)}
    if operation is _constants.SUBPATTERN:
        return _openings(argument[3].data, length)
    if operation is _constants.BRANCH:
        return set().union(*(_openings(branch.data, length) for branch in argument[1]))
    if operation in (_constants.MAX_REPEAT, _constants.MIN_REPEAT, _constants.POSSESSIVE_REPEAT):
        least, most, inner = argument
        once = _openings(inner.data, length)
        found = once if most == 1 else {(text, False) for text, _ in once}
        return found | {("", True)} if least == 0 else found
    return {("", False)}
