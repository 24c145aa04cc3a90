"""A long history, written quickly: what the records of many months look like."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cmkwizard.core.history import What
from cmkwizard.records.chain import Key
from cmkwizard.records.database import Database, as_text
from cmkwizard.records.ledger import Ledger

PROFILE = "public"
ORGANISATION = "0A1B2C3D4E5F60718293A4B5@AdobeOrg"
START = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
STEP = timedelta(minutes=11)
TENANT = "11111111-2222-4333-8444-555555555555"
ACTOR = "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee"
VAULT = "kv-adobe-cmk-weu"
VAULT_ID = (
    "/subscriptions/99999999-8888-4777-8666-555555555555/resourcegroups/rg-adobe-cmk"
    f"/providers/microsoft.keyvault/vaults/{VAULT}"
)
_WORDS = ("NEW", "RUNNING", "RUNNING", "COMPLETED", "FAILED")


def fill(path: Path, n: int, *, key: Key | None = None, organisation: str = ORGANISATION) -> None:
    """Write ``n`` entries of one set-up to the file ``path`` (``records.sqlite`` of a folder), the same at each time.

    Nothing repeats, so that every entry is one of its own; they are eleven minutes apart, from :data:`START`.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    Database(path).close()
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("BEGIN")
        ledger, entries = Ledger(connection, key), _entries(random.Random(5), organisation)  # noqa: S311 - not a secret
        for number in range(n):
            next(entries)(ledger, as_text(START + number * STEP))
        connection.execute("COMMIT")


class _Seen:
    """An observation to be written."""

    def __init__(self, what: What, value: dict[str, Any], source: str, request_id: str, setup: str) -> None:
        self._what, self._value, self._source = what, value, source
        self._request_id, self._setup = request_id, setup

    def __call__(self, ledger: Ledger, at: str) -> None:
        ledger.observe(
            self._what,
            self._value,
            at=at,
            profile=PROFILE,
            setup=self._setup,
            source=self._source,
            request_id=self._request_id,
            verified=True,
        )


class _Intended:
    """An intent to be written."""

    def __init__(self, op_id: str, number: int, setup: str) -> None:
        self._op_id, self._number, self._setup = op_id, number, setup

    def __call__(self, ledger: Ledger, at: str) -> None:
        body = {"action": "Lock the vault against deletion", "desired": {"scope": VAULT_ID, "number": self._number}}
        ledger.add(
            "intent",
            "lock",
            body,
            at=at,
            profile=PROFILE,
            setup=self._setup,
            op_id=self._op_id,
            tenant=TENANT,
            actor=ACTOR,
        )


class _Finished:
    """An outcome to be written."""

    def __init__(self, op_id: str, outcome: str) -> None:
        self._op_id, self._outcome = op_id, outcome

    def __call__(self, ledger: Ledger, at: str) -> None:
        ledger.finish(self._op_id, self._outcome, {"id": f"{VAULT_ID}/locks/cmk"}, at=at)


def _entries(chance: random.Random, setup: str) -> Iterator[_Seen | _Intended | _Finished]:
    yield _Seen(What.DEPLOYMENT, _deployment(setup), "set-up", "", setup)
    number = 0
    while True:
        number += 1
        request_id = f"{chance.getrandbits(128):032x}"
        version = f"https://{VAULT}.vault.azure.net/keys/adobe-cmk/{number // 600:032x}"
        if number % 50 == 0:
            op_id = f"{chance.getrandbits(128):032x}"
            yield _Intended(op_id, number, setup)
            yield _Finished(op_id, chance.choice(("done", "done", "done", "failed", "skipped")))
            continue
        match number % 5:
            case 0 | 1:
                value = {
                    "word": _WORDS[number // 5 % len(_WORDS)],
                    "configuration": "aep-key",
                    "organisation": setup,
                    "key_identifier": version,
                    "look": number,
                }
                yield _Seen(What.STATUS, value, "GET /customer/config", request_id, setup)
            case 2:
                yield _Seen(What.VAULT, _vault(number), "GET vaults/{name}", request_id, setup)
            case 3:
                yield _Seen(What.KEY, _key(version, number), "GET keys/{name}", request_id, setup)
            case _:
                finding = {
                    "id": "vault.lock",
                    "verdict": "fails",
                    "severity": "warning",
                    "sentence": f"No lock ({number}).",
                }
                yield _Seen(What.FINDINGS, {"findings": [finding]}, "check", request_id, setup)


def _deployment(organisation: str) -> dict[str, str]:
    return {
        "tenant": TENANT,
        "tenant_name": "Contoso AG",
        "subscription": "99999999-8888-4777-8666-555555555555",
        "vault": VAULT,
        "vault_uri": f"https://{VAULT}.vault.azure.net/",
        "key": "adobe-cmk",
        "key_identifier": f"https://{VAULT}.vault.azure.net/keys/adobe-cmk/{0:032x}",
        "organisation": organisation,
        "region": "VA7",
        "configuration": "aep-key",
    }


def _vault(number: int) -> dict[str, Any]:
    return {
        "id": VAULT_ID,
        "uri": f"https://{VAULT}.vault.azure.net/",
        "location": "westeurope",
        "tenant_id": TENANT,
        "sku": "premium",
        "rbac": True,
        "soft_delete": True,
        "purge_protection": True,
        "retention_days": 90,
        "public_access": True,
        "default_action": ("allow", "deny")[number // 5 % 2],
        "bypass": "azureservices",
        "ip_rules": [f"20.88.{number // 256 % 256}.{number % 256}/32"],
    }


def _key(identifier: str, number: int) -> dict[str, Any]:
    return {
        "identifier": identifier,
        "type": "RSA-HSM",
        "size": 3072,
        "operations": ["unwrapKey", "wrapKey"],
        "enabled": number % 10 != 3,
        "not_before": "",
        "expires": as_text(START + timedelta(days=730, seconds=number)),
    }
