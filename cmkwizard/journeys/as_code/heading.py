"""What stands above every set-up as code: as of when it is, what is not in it, and that nothing leads back."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from textwrap import wrap

from cmkwizard import __version__
from cmkwizard.clouds.profile import PUBLIC
from cmkwizard.journeys import commands
from cmkwizard.journeys.as_code.seen import SetupAsSeen

_WIDTH = 110
UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Categories of characters that end a line, or make a text read differently than it is."""
_NEVER_IN = (
    "the group's tags; rules for virtual networks and private endpoints; the key's rotation policy; who else may use "
    "or change the vault. The records do not hold them."
)


def heading(
    seen: SetupAsSeen, mark: str, use: Sequence[str], left_out: Sequence[str], steps: Sequence[str] = ()
) -> str:
    """The comment above the code.

    Args:
        seen: the set-up.
        mark: what begins a comment line, such as ``#``.
        use: how it is used, a sentence or a command for each line.
        left_out: what this kind of code cannot do, besides what no kind can.
        steps: what is left to do by hand afterwards: lines that are not broken.
    """
    lines = [*_lines(seen, use, left_out), *(["", *map(comment, steps)] if steps else [])]
    return "".join(f"{mark} {each}".rstrip() + "\n" for each in lines)


def submission_steps(seen: SetupAsSeen, platform: str) -> list[str]:
    """The submission to Adobe, for code that cannot make it; an empty ``platform``: its address is not known."""
    if not platform:
        return ["The submission to Adobe is not shown: Adobe's address is not known from the records."]
    return [
        "The submission to Adobe, once, when all this is there; it cannot be undone. ADOBE_TOKEN holds an access token",
        "of the credential. Adobe is asked first whether it holds the configuration already (404: it does not).",
        *(f"  {each}" for each in commands.submission_show(seen.choices, platform).split("\n")),
        *(f"  {each}" for each in commands.submission(seen.choices, platform, None).split("\n")),
    ]


def comment(text: str) -> str:
    """``text`` on one line of a comment: everything that ends a line, or reads differently than it is, is written out.

    Every format's comments end with their line, and nothing in this text ends it.
    """
    return "".join(c if unicodedata.category(c) not in UNSEEN else f"\\u{{{ord(c):x}}}" for c in text)


def left_out_of(seen: SetupAsSeen) -> list[str]:
    """What is not in this set-up's code, whatever its kind."""
    found = [_NEVER_IN]
    if seen.tags is None:
        found.append("the vault's tags: they are not in the records.")
    if seen.locks is None:
        found.append("locks on the vault: whether there are any is not in the records.")
    inherited = [each for each in seen.locks or () if each not in seen.own_locks]
    found += [f"the lock {each.name} on {each.scope}, above the vault." for each in inherited]
    if seen.logs is None:
        found.append("where the vault's logs go: that is not in the records.")
    elif seen.logs:
        found.append("log categories other than AuditEvent, and metrics, of the vault's diagnostic settings.")
    if seen.second:
        found.append("the second vault and key for Customer Journey Analytics.")
    return found


def _lines(seen: SetupAsSeen, use: Sequence[str], left_out: Sequence[str]) -> Iterator[str]:
    adobe, vault = seen.choices.adobe, seen.choices.vault
    if seen.profile != PUBLIC.name:
        yield from _wrapped(f"PRACTICE: this is the cloud profile {seen.profile}, not Azure. Nothing of it is real.")
    about = f"The key under Adobe Experience Platform of the organisation {adobe.organisation}"
    yield from _wrapped(f"{about}: the vault {vault.name} and what belongs to it, as code.")
    yield from _wrapped(f"Written by cmkwizard {__version__} from its records alone: no service was asked.")
    yield ""
    yield "As of (when each was last seen so, in UTC):"
    for each in seen.seen:
        how = f"by {each.source}" if each.source else "by this program"
        known = how if each.verified else f"{how}, not verified"
        yield from _wrapped(f"{each.thing}: {each.until:%Y-%m-%d %H:%M}, {known}", "  - ")
    if seen.status:
        yield from _wrapped(f"Adobe's status was then {seen.status}.")
    yield ""
    yield "Not in it:"
    for text in (*left_out, *left_out_of(seen)):
        yield from _wrapped(text, "  - ")
    yield ""
    yield from _wrapped(
        "There is no way back: once Adobe has taken the key, an organisation cannot return to keys that Adobe manages. "
        "Deleting the vault or the key, or taking the role away, takes Adobe's access away, and Adobe may then purge "
        "the organisation's data."
    )
    yield ""
    for text in use:
        yield from [comment(text)] if text.startswith("  ") else _wrapped(text)


def _wrapped(text: str, first: str = "") -> list[str]:
    return wrap(
        comment(text),
        _WIDTH,
        initial_indent=first,
        subsequent_indent=" " * len(first),
        break_long_words=False,
        break_on_hyphens=False,
    )
