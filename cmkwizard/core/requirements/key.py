"""What Adobe requires of a key's current version (K02 to K07, K13)."""

from __future__ import annotations

from datetime import datetime, timedelta

from cmkwizard.core.adobe_needs import KEY_OPERATIONS, LEAST_KEY_SIZE
from cmkwizard.core.facts import Key
from cmkwizard.core.people import VAULT_ADMINISTRATOR
from cmkwizard.core.requirements import sources
from cmkwizard.core.requirements.finding import Answer, Fix, Group, Severity, met, not_known, not_met, not_needed
from cmkwizard.core.requirements.rows import cut_off, key_of, row
from cmkwizard.core.survey import NotKnown, Survey

NEAR_EXPIRY = timedelta(days=30)
"""A key that ends sooner than this deserves a word."""

_NEW_KEY = "Choose another key, or type a new name to have one created."


@row(
    "K02",
    Group.KEY,
    Severity.BLOCKER,
    "The key is an RSA key",
    why="Adobe's data stores take RSA and RSA-HSM keys only.",
    source=sources.ADOBE_VAULT,
    fix=Fix.NONE,
)
def _type(survey: Survey) -> Answer:
    key = key_of(survey)
    if isinstance(key, Answer):
        return key
    if _is_rsa(key):
        return met(f"The key {key.name} is of type {key.type}.")
    return not_met(f"The key {key.name} is of type {key.type}. Adobe requires RSA or RSA-HSM.", _NEW_KEY)


def _is_rsa(key: Key) -> bool:
    return key.type.upper() in ("RSA", "RSA-HSM")


@row(
    "K03",
    Group.KEY,
    Severity.BLOCKER,
    f"The key has at least {LEAST_KEY_SIZE} bits",
    why="Azure makes smaller keys, and Adobe's data stores (Cosmos DB) refuse them later.",
    source=sources.ADOBE_VAULT,
    fix=Fix.NONE,
)
def _size(survey: Survey) -> Answer:
    key = key_of(survey)
    if isinstance(key, Answer):
        return key
    if not _is_rsa(key):
        return not_needed("The key is no RSA key (K02).")
    if key.size >= LEAST_KEY_SIZE:
        return met(f"The key {key.name} has {key.size} bits.")
    return not_met(
        f"The key {key.name} has {key.size} bits. Adobe requires at least {LEAST_KEY_SIZE}.",
        f"{_NEW_KEY} A key's size cannot be changed.",
    )


@row(
    "K04",
    Group.KEY,
    Severity.BLOCKER,
    "The key is enabled",
    why="Adobe takes a disabled key for access withdrawn.",
    source=sources.ADOBE_RESOLUTION,
    who=VAULT_ADMINISTRATOR,
    fix=Fix.PROGRAM,
)
def _enabled(survey: Survey) -> Answer:
    key = key_of(survey)
    if isinstance(key, Answer):
        return key
    if key.enabled:
        return met(f"The key {key.name} is enabled.")
    return not_met(
        f"The key {key.name} is disabled.{cut_off(survey)}", "Enable it in the Azure portal.", about=key.identifier
    )


@row(
    "K05",
    Group.KEY,
    Severity.BLOCKER,
    "The key can be used already",
    why="Before its activation date, Adobe takes the key for access withdrawn.",
    source=sources.ADOBE_RESOLUTION,
    who=VAULT_ADMINISTRATOR,
    fix=Fix.PROGRAM,
)
def _active(survey: Survey) -> Answer:
    key = key_of(survey)
    if isinstance(key, Answer):
        return key
    if key.not_before is None or key.not_before <= survey.at:
        return met(f"The key {key.name} can be used now.")
    return not_met(
        f"The key {key.name} cannot be used before {key.not_before:%Y-%m-%d %H:%M} UTC.{cut_off(survey)}",
        "Set an activation date that is past, or wait until then.",
        about=key.identifier,
    )


@row(
    "K06",
    Group.KEY,
    Severity.BLOCKER,
    "The key does not end, or is replaced in time",
    why="Adobe takes an expired key for access withdrawn.",
    source=sources.ADOBE_RESOLUTION,
    who=VAULT_ADMINISTRATOR,
    fix=Fix.PROGRAM,
)
def _lasts(survey: Survey) -> Answer:
    key = key_of(survey)
    if isinstance(key, Answer):
        return key
    if key.expires is None:
        return met(f"The key {key.name} has no end date.")
    remedy = "Set a later expiration date in the Azure portal. Adobe treats an expired key as access withdrawn."
    if key.expires <= survey.at:
        return not_met(
            f"The key {key.name} expired on {key.expires:%Y-%m-%d}.{cut_off(survey)}", remedy, about=key.identifier
        )
    return _ends(survey, key, key.expires, remedy)


def _ends(survey: Survey, key: Key, expires: datetime, remedy: str) -> Answer:
    ends = f"The key {key.name} expires on {expires:%Y-%m-%d}"
    rotates = isinstance(survey.rotation, NotKnown) or (survey.rotation is not None and survey.rotation.rotates)
    if not rotates:
        return not_met(
            f"{ends}, and no rotation policy makes a new version before.{cut_off(survey, 'its end')}",
            f"{remedy} Or set a rotation policy on the key's page.",
            severity=Severity.WARNING,
            about=key.identifier,
        )
    if expires - survey.at < NEAR_EXPIRY:
        return not_met(f"{ends}.{cut_off(survey, 'its end')}", remedy, severity=Severity.WARNING, about=key.identifier)
    if isinstance(survey.rotation, NotKnown):
        return not_known(f"{ends}. Whether it is rotated before is not known. {survey.rotation.why}", remedy)
    return met(f"{ends}, and its rotation policy makes a new version before.")


@row(
    "K07",
    Group.KEY,
    Severity.BLOCKER,
    "The key permits wrapping and unwrapping",
    why="That is all that Adobe does with the key, and it takes a key that does not permit it for access withdrawn.",
    source=sources.ADOBE_API,
    who=VAULT_ADMINISTRATOR,
    fix=Fix.PROGRAM,
)
def _operations(survey: Survey) -> Answer:
    key = key_of(survey)
    if isinstance(key, Answer):
        return key
    if not _is_rsa(key):
        return not_needed("The key is no RSA key (K02).")
    permitted = {operation.lower() for operation in key.operations}
    missing = [each for each in KEY_OPERATIONS if each.lower() not in permitted]
    if not missing:
        return met(f"The key {key.name} permits {' and '.join(KEY_OPERATIONS)}.")
    return not_met(
        f"The key {key.name} does not permit {' and '.join(missing)}.{cut_off(survey)}",
        "Permit these operations in the Azure portal (key, current version).",
        about=key.identifier,
    )


@row(
    "K13",
    Group.KEY,
    Severity.WARNING,
    "A key that exists already is as the one that was to be made",
    why="An existing key is used as it is; its type and size cannot be changed.",
    source=sources.THIS_PROGRAM,
    fix=Fix.GUIDED,
)
def _as_chosen(survey: Survey) -> Answer:
    key, choice = key_of(survey), survey.choices.key
    if isinstance(key, Answer):
        return key
    if (key.type.upper(), key.size) == (choice.type.upper(), choice.size):
        return met(f"The key {key.name} is as it was chosen: {key.type} with {key.size} bits.")
    broken = [id_ for id_, fits in (("K02", _is_rsa(key)), ("K03", key.size >= LEAST_KEY_SIZE)) if not fits]
    return not_met(
        f"The key {key.name} exists already, as {key.type} with {key.size} bits "
        f"instead of {choice.type} with {choice.size}.",
        f"It cannot be used ({', '.join(broken)}). Choose another name to have one made as chosen."
        if broken
        else "It will be used as it is. Choose another name if that is not what you want.",
        about=key.identifier,
    )


ROWS = (_type, _size, _enabled, _active, _lasts, _operations)
"""The rows of the table, in order."""
DIFFERENCE = (_as_chosen,)
"""The row that comes last."""
