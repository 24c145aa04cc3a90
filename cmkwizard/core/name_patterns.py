"""Regular expressions that a policy file may hold for names: few kinds of parts, and bounded work to match one.

Python's matching tries one way after the other, and some patterns have more ways than could ever be tried. So the ways
of a pattern are counted beforehand: a repetition of varying length has as many as a name is long, an optional part
two, alternatives as many as there are; they multiply. What repeats a varying part (``(a+)+``) is refused, and so is
whatever looks around or back.
"""

from __future__ import annotations

import re

LONGEST_PATTERN = 200
LONGEST_NAME = 127
"""Characters of the longest name that is matched: a key's."""
MOST_WAYS = 4_000_000
"""Three repetitions of open length, and some alternatives: tried in less than a second."""

_PART = re.compile(
    r"""
    (?P<class>\[\^?(?:(?!--|&&|~~|\|\|)(?:\\(?:[dw]|[^\w\n])|[^\[\]\\\n]))+\]) | (?P<escape>\\(?:[dw]|[^\w\n])) |
    (?P<open>\((?:\?:)?(?!\?)) | (?P<close>\)) | (?P<or>\|) | (?P<repeat>[*+?]|\{[0-9]{1,3}(?:,[0-9]{0,3})?\}) |
    (?P<plain>[^\\()\[\]{}|*+?\n])
    """,
    re.VERBOSE,
)
_ALLOWED = (
    f"allowed is a regular expression of up to {LONGEST_PATTERN} characters for the whole name, made of letters, "
    r"digits, signs, \d, \w, [a-z], groups, alternatives (|) and repetitions (* + ? {2,5}), with up to three "
    "repetitions of open length, none of them inside another."
)


def pattern_problem(text: str) -> str | None:
    """Check a pattern for names: None for a good one, else a sentence that says what is allowed."""
    if not 0 < len(text) <= LONGEST_PATTERN:
        return _ALLOWED
    try:
        many = _ways(text) > MOST_WAYS
        re.compile(text, re.ASCII)
    except (re.error, ValueError, OverflowError, RecursionError):
        return _ALLOWED
    return _ALLOWED if many else None


def matches(pattern: str, name: str) -> bool:
    """Whether the pattern stands for the whole name; letters are compared exactly."""
    return len(name) <= LONGEST_NAME and re.fullmatch(pattern, name, re.ASCII) is not None


def _ways(pattern: str) -> int:
    """In how many ways a name could be tried against the pattern.

    Raises:
        ValueError: it holds what is not allowed.
    """
    groups: list[list[int]] = [[1, 1]]  # of each open group: the ways of its parts, and its alternatives
    place, last = 0, 0  # ``last``: the ways of the part before; 0 where there is none that can be repeated
    while place < len(pattern):
        part = _PART.match(pattern, place)
        if part is None:
            raise ValueError(pattern)
        place, kind = part.end(), part.lastgroup
        if kind == "open":
            groups.append([1, 1])
            last = 0
        elif kind == "close" and len(groups) > 1:
            inside, alternatives = groups.pop()
            last = inside * alternatives
            groups[-1][0] *= last
        elif kind == "or":
            groups[-1][1] += 1
            last = 0
        elif kind == "repeat":
            groups[-1][0] *= _repeated(part[0], last)
            last = 0
        else:
            last = 1
    inside, alternatives = groups[0]
    return inside * alternatives


def _repeated(repeat: str, last: int) -> int:
    """By how much a repetition multiplies the ways.

    Raises:
        ValueError: there is nothing that it could repeat, or what it repeats varies itself.
    """
    if last == 0 or (last > 1 and repeat != "?"):
        raise ValueError(repeat)
    if repeat == "?":
        return 2
    if repeat in "*+":
        return LONGEST_NAME + 1
    least, comma, most = repeat[1:-1].partition(",")
    if not comma:
        return 1
    return int(most) - int(least) + 1 if most else LONGEST_NAME + 1
