"""What somebody who wants to take Adobe's access away may want to happen, and the smallest act that serves it.

Nothing here is a promise about Adobe: what it does after the access is gone is told with its source beside the impact.
Sources: Adobe customer-managed keys, overview and alert resolution reference; Azure Key Vault, rotation of keys.
"""

from __future__ import annotations

from dataclasses import dataclass

from cmkwizard.core.people import ADOBE_SUPPORT

SECURITY_TEAM = "your security team"
ACCOUNT_CONTACT = "your contact at Adobe"


@dataclass(frozen=True)
class Situation:
    """One situation, and what it calls for."""

    id: str
    title: str
    """As the person would say it."""
    smallest_act: str
    """What serves it with the least loss. The program performs none of these acts by itself."""
    call: tuple[str, ...]
    """Who to call before anything is changed."""
    serves: bool
    """Whether taking the access away serves it at all."""
    verdict: str
    """What taking the access away does for it, in a sentence."""
    page: str = ""
    """The page that serves it instead; empty: there is none."""

    @property
    def call_text(self) -> str:
        """Who to call, in a sentence; empty where nobody has to be."""
        return f"Call first: {' and '.join(self.call)}." if self.call else ""


SITUATIONS: tuple[Situation, ...] = (
    Situation(
        "compromise",
        "I suspect that the key is compromised",
        "Rotate the key: a new version is used from then on, and Adobe keeps its access. Look in the vault's audit log "
        "for who used the key, and take their rights away first. Leave the old version enabled until Adobe works with "
        "the new one.",
        (SECURITY_TEAM, ADOBE_SUPPORT),
        True,
        "Taking Adobe's access away stops Adobe alone. It stops nobody else who may use the key.",
    ),
    Situation(
        "contract-end",
        "The contract with Adobe ends",
        "Take your data out, and agree with Adobe in writing when it deletes the rest. The access goes last: without "
        "it nothing can be exported any more.",
        (ACCOUNT_CONTACT, "your legal department"),
        True,
        "Taking Adobe's access away serves this, once nothing is needed from Adobe any more.",
    ),
    Situation(
        "stop",
        "Adobe has to stop for a while",
        "Talk to Adobe: pausing what it collects and processes needs no change to the key. Adobe documents an access "
        "that the vault's firewall blocks as recoverable, and a removed role or a disabled key under deletion. That is "
        "Adobe's text, not a promise of this program, which changes no firewall here.",
        (ACCOUNT_CONTACT, ADOBE_SUPPORT),
        True,
        "Taking Adobe's access away is not a pause: nobody promises that it can be undone.",
    ),
    Situation(
        "test",
        "I want to test or to train it",
        "Start “cmkwizard --practice recorded”: a practice copy of your own set-up, by the same names. There the whole "
        "way can be gone, as often as you like, with nothing at stake.",
        (),
        False,
        "Taking Adobe's access away is no test: Adobe may delete your organisation's data.",
    ),
    Situation(
        "alert",
        "Adobe sent an alert about the key",
        "An alert says that Adobe cannot use the key. Find the cause and give the access back, quickly: the less time "
        "passes, the less may be lost.",
        (ADOBE_SUPPORT,),
        False,
        "Taking the access away would do the opposite of what an alert calls for.",
        "repair",
    ),
    Situation(
        "mistake",
        "I came here by mistake",
        "Go back. Nothing has been changed.",
        (),
        False,
        "There is nothing to take away.",
        "home",
    ),
)
"""In the order in which they are asked."""


def situation(id_: str) -> Situation:
    """The situation with this id.

    Raises:
        KeyError: there is none.
    """
    return {each.id: each for each in SITUATIONS}[id_]
