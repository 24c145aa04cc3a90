"""The network and this computer (N01 to N06)."""

from __future__ import annotations

from datetime import UTC, datetime

from cmkwizard.core.people import NETWORK_ADMINISTRATOR
from cmkwizard.core.requirements import sources
from cmkwizard.core.requirements.finding import Answer, Fix, Group, Severity, met, not_known, not_met
from cmkwizard.core.requirements.rows import row
from cmkwizard.core.survey import NotKnown, Reach, Survey

CLOCK_SKEW_S = 300.0
"""Tokens are not valid before their time by the clouds' clocks: five minutes are borne."""

FIRST_LASTING_API = "2026-02-01"
"""Older versions of Resource Manager's interface for key vaults are retired (migrate to the new API version)."""
API_RETIREMENT = datetime(2027, 2, 27, tzinfo=UTC)

_UNASKED = "No service has been asked yet."


@row(
    "N01",
    Group.NETWORK,
    Severity.BLOCKER,
    "Every service that is needed can be reached",
    why="Without one of them the set-up stops half way.",
    source=sources.THIS_PROGRAM,
    who=NETWORK_ADMINISTRATOR,
    fix=Fix.OTHERS,
)
def _reachable(survey: Survey) -> Answer | tuple[Answer, ...]:
    reaches = survey.computer.reaches
    failed = [each for each in reaches if each.problem and not each.untrusted]
    if not reaches:
        return not_known(_UNASKED)
    if not failed:
        return met(f"Every host that was asked answered ({len(reaches)}).")
    return tuple(
        not_met(
            f"{each.service} ({each.host}) could not be reached. {_more(each)}".rstrip(),
            f"Check the network and the proxy of this computer, and have https to {each.host} allowed.",
            about=each.host,
        )
        for each in failed
    )


def _more(reach: Reach) -> str:
    """What is known beyond that the host could not be reached: most problems say that as well."""
    return reach.problem.removeprefix(f"{reach.service} could not be reached.").lstrip()


@row(
    "N02",
    Group.NETWORK,
    Severity.BLOCKER,
    "Every service shows a certificate that this computer trusts",
    why="What comes between this computer and the clouds could read the tokens.",
    source="Azure CLI, work behind a proxy",
    who=NETWORK_ADMINISTRATOR,
    fix=Fix.GUIDED,
)
def _trusted(survey: Survey) -> Answer | tuple[Answer, ...]:
    reaches = survey.computer.reaches
    untrusted = [each for each in reaches if each.untrusted]
    if untrusted:
        return tuple(
            not_met(
                f"{each.service} ({each.host}) answered with a certificate that is not trusted here"
                + (f", issued by {each.issuer}." if each.issuer else "."),
                "If your organisation inspects encrypted traffic, have its certificate authority added to this "
                "computer's trusted ones. Checking certificates cannot be turned off.",
                about=each.host,
            )
            for each in untrusted
        )
    if not any(not each.problem for each in reaches):
        return not_known("No service has answered yet.")
    return met("The certificates of all hosts that answered are trusted.")


@row(
    "N03",
    Group.NETWORK,
    Severity.WARNING,
    "This computer's clock is right to five minutes",
    why="Tokens are refused by a clock that is behind or ahead.",
    source=sources.ENTRA_ERRORS,
    fix=Fix.GUIDED,
)
def _clock(survey: Survey) -> Answer:
    skew = survey.computer.clock_skew_s
    if isinstance(skew, NotKnown):
        return not_known(skew)
    if abs(skew) < CLOCK_SKEW_S:
        return met("This computer's clock agrees with the clouds'.")
    ahead = "behind" if skew > 0 else "ahead of"
    return not_met(
        f"This computer's clock is {abs(skew) / 60:.0f} minutes {ahead} the clouds' clocks.",
        "Set the clock, or let this computer take its time from the network.",
    )


@row(
    "N04",
    Group.NETWORK,
    Severity.WARNING,
    "This computer can keep secrets",
    why="Without a keyring, the sign-in and Adobe's client secret last for this run only.",
    source=sources.PYTHON_KEYRING,
    fix=Fix.GUIDED,
)
def _keyring(survey: Survey) -> Answer:
    problem = survey.computer.keyring_problem
    if isinstance(problem, NotKnown):
        return not_known(problem)
    if not problem:
        return met("Secrets are kept in this computer's keyring.")
    return not_met(
        f"Secrets cannot be kept on this computer. {problem}",
        "Unlock or install a keyring (Secret Service, Keychain, Credential Manager) to keep them. Until then they are "
        "kept for this run only, and never in a plain file.",
    )


@row(
    "N05",
    Group.NETWORK,
    Severity.WARNING,
    "The sign-in can use a browser on this computer",
    why="The sign-in and the consent are given in a browser that answers to this program.",
    source="Azure Identity for Python, interactive browser sign-in",
    fix=Fix.GUIDED,
)
def _browser(survey: Survey) -> Answer | tuple[Answer, ...]:
    port, browser = survey.computer.sign_in_port, survey.computer.browser
    found = []
    if port is False:
        found.append(
            not_met(
                "The sign-in cannot listen for the browser: no port on this computer is free for it.",
                "Close what uses the ports, or sign in with a device code or with the Azure CLI.",
            )
        )
    if browser is False:
        found.append(
            not_met(
                "No browser can be opened from here.",
                "Copy the address that is shown, and open it in a browser on this computer.",
            )
        )
    if found:
        return tuple(found)
    for fact in (port, browser):
        if isinstance(fact, NotKnown):
            return not_known(fact)
    return met("The sign-in can listen, and a browser can be opened.")


@row(
    "N06",
    Group.NETWORK,
    Severity.NOTE,
    "The interface for key vaults that is spoken lasts beyond 2027-02-27",
    why="On 2027-02-27 Azure retires the versions before 2026-02-01, and vaults could not be managed any more.",
    source=sources.AZURE_API,
    fix=Fix.GUIDED,
)
def _api(survey: Survey) -> Answer:
    version = survey.computer.key_vault_api
    if not version:
        return not_known("Key Vault's management interface was not looked at.")
    if version[:10] >= FIRST_LASTING_API:
        return met(
            f"This program speaks version {version} of the interface for key vaults. Versions before "
            f"{FIRST_LASTING_API} end on {API_RETIREMENT:%Y-%m-%d}."
        )
    over = survey.at >= API_RETIREMENT
    return not_met(
        f"This program speaks version {version} of the interface for key vaults, which Azure "
        f"{'retired' if over else 'retires'} on {API_RETIREMENT:%Y-%m-%d}.",
        "Install a newer version of this program.",
        severity=Severity.BLOCKER if over else None,
    )


ROWS = (_reachable, _trusted, _clock, _keyring, _browser, _api)
"""The rows of the table, in order."""
