"""Any error text that a person pastes: what each known code in it means, and what to quote to support.

JSON, the output of ``az``, a portal's message, a traceback, an e-mail: nothing is asked of the form. Secrets in it are
taken out before anything is read. The time grows with the length of the text alone.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from cmkwizard.core.people import ADOBE_SUPPORT
from cmkwizard.core.redact import redact
from cmkwizard.core.remedies.adobe import ADOBE, ADOBE_FAILED, ADOBE_THROTTLES, NO_CONFIGURATION
from cmkwizard.core.remedies.computer import PROXY_SIGN_IN
from cmkwizard.core.remedies.markers import MARKERS
from cmkwizard.core.remedies.naming import with_names
from cmkwizard.core.remedies.sign_in import OAUTH_WORDS, SIGN_IN
from cmkwizard.core.remedies.table import REMEDIES
from cmkwizard.core.support_ids import SupportId, support_ids

LONGEST = 1_000_000
"""Characters that are read; of a longer text the beginning and the end."""
MOST = 8
"""Explanations at most: a log may hold every code there is."""
_MOST_CODES = 8
_LONGEST_CODE = 60


class Explanation(NamedTuple):
    """One error in the text.

    Attributes:
        code: the code as the service writes it, or the words by which it is known; for an unknown error the codes
            that the text seems to hold, with commas between, or an empty text.
        known: whether the catalogue has it.
        source: the title of the document that says so.
        ids: what to quote to support, of the whole text.
    """

    code: str
    cause: str
    remedy: str
    who: str
    source: str = ""
    known: bool = True
    ids: tuple[SupportId, ...] = ()


def explain(text: str) -> tuple[Explanation, ...]:
    """Everything in the text that the catalogue knows, the most exact first, each thing once; at most :data:`MOST`.

    An unknown text gets one explanation that says so, and what to send to whom. An empty text gets none.
    """
    text = _read(text)
    if not text.strip():
        return ()
    ids = support_ids(text)
    found: list[Explanation] = []
    for code in _codes(text):
        row = with_names(code, REMEDIES[code], ids)
        if all(row.cause != each.cause for each in found):
            found.append(Explanation(code, row.cause, row.do, row.who, row.source, ids=ids))
    return tuple(found[:MOST]) or (_unknown(text, ids),)


def recognised(explanations: tuple[Explanation, ...]) -> bool:
    """Whether anything in the text was known."""
    return any(each.known for each in explanations)


def as_text(explanations: tuple[Explanation, ...]) -> str:
    """The explanations as a person reads them, and below what to quote to support."""
    parts = []
    for each in explanations:
        lines = [f"{each.code}: {each.cause}" if each.code and each.known else each.cause]
        if not each.known and each.code:
            lines.append(f"Codes in the text: {each.code}")
        lines += [f"What to do: {each.remedy}", f"Who can do it: {each.who}"]
        if each.source:
            lines.append(f"Source: {each.source}")
        parts.append("\n".join(lines))
    if explanations and explanations[0].ids:
        parts.append("For support:\n" + "\n".join(f"  {name}: {value}" for name, value in explanations[0].ids))
    return "\n\n".join(parts)


def _read(text: str) -> str:
    if len(text) > LONGEST:
        half = LONGEST // 2
        text = f"{text[:half]}\n{text[-half:]}"
    return redact(text.translate(_AS_TYPED))


_AS_TYPED = str.maketrans({"\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "\u00a0": " ", "\u2011": "-"})
"""What mail and word processors make of quotation marks, spaces and hyphens."""
_QUOTED_LINE = re.compile(r"\n[>|\s]{1,20}")
_TOKEN = re.compile(r"[A-Za-z0-9_]+")
_AADSTS = re.compile(r"aadsts ?[0-9]{4,7}")
_NUMBER = re.compile(r"""(?i)code[\\"']{0,4}[ \t]{0,4}[:=]?[ \t]{0,4}[\\"']{0,4}([0-9]{4,7})(?![0-9])""")
_STATUS = re.compile(
    r"""(?i)(?<![a-z])(?:http(?:/[0-9](?:\.[0-9])?)?|status(?:[ _-]?code)?|response|error|code)"""
    r"""[\\"']{0,4}[ \t]{0,4}[:=(\[]?[ \t]{0,4}[\\"'(<]{0,4}([1-5][0-9]{2})(?![0-9.])"""
)
_REASON = re.compile(
    r"(?<![0-9.])([45][0-9]{2}) (?:client error|server error|not found|too many requests|internal server error"
    r"|bad gateway|service unavailable|gateway time-?out)"
)
_ADOBE_WORDS = ("adobe", "experience platform", "x-gw-ims-org-id")
_FAMILIES = ({*SIGN_IN, *OAUTH_WORDS}, set(ADOBE))


def _codes(text: str) -> list[str]:
    """The known codes of the text: markers, then exact codes, then those that name a class of errors alone."""
    flat = " ".join(_QUOTED_LINE.sub(" ", text).split()).lower()
    marked = [marker for marker in MARKERS if any(phrase in flat for phrase in marker.phrases)]
    covered = {code for marker in marked for code in marker.covers}
    seen = dict.fromkeys(marker.code for marker in marked)
    seen |= dict.fromkeys(token for token in _TOKEN.findall(text) if token in REMEDIES and not token.isdigit())
    seen |= dict.fromkeys(code for each in _AADSTS.findall(flat) if (code := each.upper().replace(" ", "")) in REMEDIES)
    seen |= dict.fromkeys(_numbers(text, flat))
    exact = [code for code in seen if not REMEDIES[code].general and code not in covered]
    told = {_family(code) for code in exact}
    general = [code for code in seen if REMEDIES[code].general and code not in covered and _family(code) not in told]
    return exact + general


def _family(code: str) -> int:
    return next((place for place, family in enumerate(_FAMILIES) if code in family), len(_FAMILIES))


def _numbers(text: str, flat: str) -> list[str]:
    """The rows behind bare numbers: a number says something only where it is called a code or a status."""
    named = _NUMBER.findall(text)  # the portal's sign-in log leaves AADSTS out
    found = [code for number in named for code in (number, f"AADSTS{number}") if code in REMEDIES]
    alone = flat.strip(" .:()\"'") if len(flat) <= 12 else ""
    if len(alone) == 6 and alone in REMEDIES:
        found.append(alone)
    statuses = {*_STATUS.findall(text), *_REASON.findall(flat)} | (
        {alone} if len(alone) == 3 and alone.isdigit() else set()
    )
    adobe = any(word in flat for word in _ADOBE_WORDS)
    if ("429" in statuses or "too many requests" in flat) and ADOBE_THROTTLES not in found:
        found.append("429")
    if PROXY_SIGN_IN in statuses:
        found.append(PROXY_SIGN_IN)
    if adobe and "404" in statuses and "config" in flat:
        found.append(NO_CONFIGURATION)
    if adobe and any(status.startswith("5") for status in statuses):
        found.append(ADOBE_FAILED)
    return found


_FOREIGN_CODE = re.compile(
    r"""AADSTS[0-9]{4,8}|AKV[0-9]{5}|WinError[ ][0-9]{1,5}|errno[ ][0-9]{1,4}"""
    r"""|\b[A-Z][A-Za-z]{2,50}(?:Error|Exception|Failed|Denied|NotFound)\b"""
)
_NAMED_CODE = re.compile(
    r"""(?i)(?<![a-z])(?:error_?)?(?:code|error|title)[\\"']{0,4}[ \t]{0,4}[:=][ \t]{0,4}[\\"']{0,4}"""
    r"""([A-Za-z0-9_.-]{3,60})"""
)


def _unknown(text: str, ids: tuple[SupportId, ...]) -> Explanation:
    seen = dict.fromkeys(_FOREIGN_CODE.findall(text))
    seen |= dict.fromkeys(_NAMED_CODE.findall(text))
    seen |= dict.fromkeys(f"HTTP {status}" for status in _STATUS.findall(text))
    codes = [code for code in seen if len(code) <= _LONGEST_CODE][:_MOST_CODES]
    whom = _support_for(text.lower())
    quoted = "the ids below, " if ids else ""
    return Explanation(
        ", ".join(codes),
        "This program does not know this error.",
        f"Ask {whom}. Send the whole text without passwords and secrets, {quoted}when it happened, and what you did.",
        whom,
        known=False,
        ids=ids,
    )


_MICROSOFT_WORDS = ("aadsts", "azure", "microsoft", "x-ms-", "vault")


def _support_for(flat: str) -> str:
    if any(word in flat for word in _ADOBE_WORDS):
        return ADOBE_SUPPORT
    if any(word in flat for word in _MICROSOFT_WORDS):
        return "Microsoft support"
    return "whoever looks after the program that showed it"
