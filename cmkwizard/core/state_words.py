"""What was seen of one thing, in words; and what may have become of it since."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from cmkwizard.core.status import SENTENCES, Status, parse_status

Value = Mapping[str, Any]
More = tuple[tuple[str, str], ...]


class Thing(StrEnum):
    """What a row of the state card is about; the values are its keys in JSON."""

    CONFIGURATION = "configuration"
    VAULT = "vault"
    KEY = "key"
    ROLE = "role"
    APP = "app"
    NETWORK = "network"


@dataclass(frozen=True)
class Told:
    """What was seen."""

    word: str
    """A word or a name."""
    sentence: str
    more: More = ()
    """Label and value of particulars, those that are not empty."""
    trouble: bool = False
    """Whether Adobe cannot work with that, as far as this alone tells."""


def tell(thing: Thing, value: Value, at: datetime) -> Told:
    """Say what ``value`` says of ``thing``.

    Args:
        thing: what it is about.
        value: what was seen, as the records keep it.
        at: the moment by which dates in it are judged, in UTC.
    """
    if value.get("there", True) is False:
        return Told("not there", f"{_ABSENT[thing]} It was looked for and not found.", trouble=True)
    return _TELLERS[thing](value, at)


def may_have_changed(thing: Thing, value: Value, seen: datetime, now: datetime) -> str:
    """What may be otherwise by now, in a sentence or two."""
    if value.get("there", True) is False:
        return "Somebody may have made it since."
    if thing is Thing.CONFIGURATION:
        return _SINCE_STATUS.get(parse_status(_text(value, "word")), _SINCE_UNKNOWN)
    passed = ""
    end = key_end(value) if thing is Thing.KEY else None
    if end is not None and seen < end <= now:
        passed = f"Its end, {end:%Y-%m-%d}, has passed since: Adobe cannot use it any more unless that was moved. "
    return f"{passed}{_SINCE[thing]}"


def key_end(value: Value) -> datetime | None:
    """When the key ends, as it was seen; None: never, or not known."""
    try:
        end = datetime.fromisoformat(_text(value, "expires"))
    except ValueError:
        return None
    return end if end.tzinfo else end.replace(tzinfo=UTC)


def _configuration(value: Value, _at: datetime) -> Told:
    word = _text(value, "word")
    status = parse_status(word) if word else Status.NOT_SUBMITTED
    more = _more(value, ("Configuration", "configuration"), ("Organisation", "organisation"), ("Key", "key_identifier"))
    said = f"{word}: {SENTENCES[status]}" if word else SENTENCES[status]
    return Told(word or "Not submitted", said, more, status is Status.FAILED)


def _vault(value: Value, _at: datetime) -> Told:
    name = last_part(_text(value, "id")) or _text(value, "uri")
    where = f" in {_text(value, 'location')}" if _text(value, "location") else ""
    lacks = [word for member, word in NEEDED.items() if value.get(member) is False]
    standing = f"Adobe needs {_listed(lacks)}, and {'it is' if len(lacks) == 1 else 'they are'} off." if lacks else ""
    if not lacks and all(value.get(member) is True for member in NEEDED):
        standing = "Soft delete, purge protection and role-based access were on, as Adobe needs them."
    days = value.get("retention_days")
    more = _more(value, ("Address", "uri"), ("Tier", "sku"), ("Directory", "tenant_id"), ("Resource id", "id"))
    kept = (("Soft delete", f"{days} days"),) if days else ()
    return Told(name, f"{name}{where}. {standing}".strip(), (*more[:2], *kept, *more[2:]), bool(lacks))


def _key(value: Value, at: datetime) -> Told:
    identifier = _text(value, "identifier")
    name, version = _name_and_version(identifier)
    on = value.get("enabled")
    kind = " ".join(part for part in (_text(value, "type"), _text(value, "size")) if part and part != "0")
    parts = [kind, "enabled" if on is True else "disabled" if on is False else ""]
    end = key_end(value)
    ended = end is not None and end <= at
    if end is not None:
        parts.append(f"{'ended' if ended else 'ends'} on {end:%Y-%m-%d}")
    elif "expires" in value:
        parts.append("without an end")
    said = ", ".join(part for part in parts if part)
    of = f" version {version}" if version else ""
    operations = _joined(value, "operations")
    more = (*_more(value, ("Identifier", "identifier")), *((("Operations", operations),) if operations else ()))
    return Told(name, f"{name}{of}: {said}." if said else f"{name}{of}.", more, on is False or ended)


def _role(value: Value, _at: datetime) -> Told:
    from cmkwizard.core.built_in_roles import BUILT_IN

    known = BUILT_IN.get(_text(value, "role").lower())
    name = known.name if known else f"Role {_text(value, 'role')}"
    place = last_part(_text(value, "scope")) or _text(value, "scope")
    more = _more(value, ("Scope", "scope"), ("Holder", "principal_id"), ("Assignment", "id"))
    return Told(name, f"{name} on {place}." if place else f"{name}.", more)


def _app(value: Value, _at: datetime) -> Told:
    on = value.get("enabled")
    sentence = "Accepted in the directory" if on is not False else "In the directory, and disabled"
    more = _more(value, ("Application id", "application_id"), ("Object id", "object_id"), ("From", "owner_tenant"))
    return Told("disabled" if on is False else "accepted", f"{sentence}.", more, on is False)


def _network(value: Value, _at: datetime) -> Told:
    rules = _joined(value, "ip_rules")
    trusted = _text(value, "bypass").lower() == "azureservices"
    if value.get("public_access") is False:
        word, said = "closed", "Public network access was off: only private endpoints led to the vault."
    elif _text(value, "default_action").lower() == "deny":
        word, said = "firewall", f"The firewall let in {rules or 'no address by itself'}."
    elif "default_action" in value:
        return Told("open", "Every address could reach the vault; what may be done there, roles decide.")
    else:
        return Told("not known", "The vault's firewall was not read.")
    said += " Trusted Microsoft services were let through." if trusted else " Nobody else was let through."
    return Told(word, said, (("Addresses let in", rules),) if rules else ())


_TELLERS: dict[Thing, Callable[[Value, datetime], Told]] = {
    Thing.CONFIGURATION: _configuration,
    Thing.VAULT: _vault,
    Thing.KEY: _key,
    Thing.ROLE: _role,
    Thing.APP: _app,
    Thing.NETWORK: _network,
}
NEEDED = {"soft_delete": "soft delete", "purge_protection": "purge protection", "rbac": "role-based access"}
"""What Adobe needs to be on, by the member of the value."""
_ABSENT = {
    Thing.CONFIGURATION: "Adobe held no key under this name.",
    Thing.VAULT: "The vault was not there.",
    Thing.KEY: "The key was not there.",
    Thing.ROLE: "Adobe's app had no such role on the vault.",
    Thing.APP: "Adobe's app was not in the directory.",
    Thing.NETWORK: "The vault was not there.",
}
_GOES_ON = "Adobe goes on by itself: it may have completed or failed since."
_SINCE_UNKNOWN = "Adobe may have answered otherwise since."
_SINCE_STATUS = {
    Status.COMPLETED: "Adobe does not take this word back when it loses the key: a disabled or ended key, a closed "
    "firewall or a role that was taken away since shows in the rows below, after the next look.",
    Status.FAILED: "Adobe may have tried again since, on request of its support.",
    Status.NOT_SUBMITTED: "The key may have been submitted since, by this program elsewhere or by somebody else.",
    Status.NEW: _GOES_ON,
    Status.CREATED: _GOES_ON,
    Status.RUNNING: _GOES_ON,
    Status.UPDATE_EXISTING_RESOURCES: _GOES_ON,
}
_SINCE = {
    Thing.VAULT: "It may have been deleted, moved to another directory or set otherwise since.",
    Thing.KEY: "It may have been disabled, deleted or rotated to a new version since.",
    Thing.ROLE: "Somebody with the right to assign roles may have taken it away since.",
    Thing.APP: "An administrator of the directory may have disabled or removed it since.",
    Thing.NETWORK: "Its firewall, its private endpoints or a policy may have been changed since.",
}


def _more(value: Value, *members: tuple[str, str]) -> More:
    return tuple((label, text) for label, member in members if (text := _text(value, member)))


def _text(value: Value, member: str) -> str:
    found = value.get(member)
    return "" if found is None else str(found)


def _joined(value: Value, member: str) -> str:
    found = value.get(member)
    return ", ".join(map(str, found)) if isinstance(found, list | tuple) else ""


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def last_part(path: str) -> str:
    """The last part of a resource id or an address: its name."""
    return path.rstrip("/").rpartition("/")[2]


def _name_and_version(identifier: str) -> tuple[str, str]:
    """From ``https://{vault}/keys/{name}/{version}``; what does not look so is the name as it is."""
    parts = identifier.split("/")
    if len(parts) >= 5 and parts[3] == "keys":
        return parts[4], parts[5] if len(parts) > 5 else ""
    return identifier or "The key", ""
