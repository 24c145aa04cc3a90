"""A long history, written quickly: what the records of many months look like."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from cmkwizard.core.history import What
from cmkwizard.records.chain import FIRST, Key, Row, Span, knot, link, span_seal
from cmkwizard.records.database import Database
from cmkwizard.records.moments import as_text
from cmkwizard.records.schema import CLOSE_SPAN, INSERT, INSERT_SPAN, as_json

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
_AT_ONCE = 50_000
_WORDS = ("NEW", "RUNNING", "RUNNING", "COMPLETED", "FAILED")


def fill(path: Path, n: int, *, key: Key | None = None, organisation: str = ORGANISATION) -> None:
    """Write ``n`` entries of one set-up to the file ``path`` (``records.sqlite`` of a folder), the same at each time.

    Nothing repeats, so that every entry is one of its own; they are eleven minutes apart, from :data:`START`. They are
    what the program itself would write, only that it would take longer over each.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    Database(path).close()
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for pragma in ("synchronous = OFF", "journal_size_limit = 0", "cache_size = -200000"):
            connection.execute(f"PRAGMA {pragma}")
        ledger = connection.execute("SELECT id FROM ledger").fetchone()[0]
        guard = connection.execute("SELECT sql FROM sqlite_schema WHERE name = 'outcome_has_intent'").fetchone()[0]
        connection.execute("DROP TRIGGER outcome_has_intent")
        entries, before, newest, done = _rows(organisation), FIRST, dict[str, Span](), 0
        while done < n:
            connection.execute("BEGIN")
            rows = list(islice(entries, min(n - done, _AT_ONCE)))
            before = _write(connection, ledger, key, rows, before, newest)
            done += len(rows)
            connection.execute("COMMIT")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute(guard)


def _write(
    connection: sqlite3.Connection,
    ledger: str,
    key: Key | None,
    rows: list[Row],
    before: bytes,
    newest: dict[str, Span],
) -> bytes:
    key_id = key.id if key else None
    tied: list[tuple[Any, ...]] = []
    spans: dict[int, tuple[Any, ...]] = {}
    closed: list[tuple[int]] = []
    for bare in rows:
        row = bare
        if row.kind == "observation":
            earlier = newest.get(row.what)
            if earlier is not None:
                row = row._replace(body=row.body[:-1] + f', "closed": {as_json(earlier._asdict())}}}')
                closed.append((earlier.seq,))
            span = newest[row.what] = Span(row.seq, row.at, 1, row.request_id, row.seq)
            spans[row.seq] = (*span, key_id, span_seal(key, ledger, span) if key else None)
        its = link(key, ledger, before, row)
        tied.append((*row, key_id, its))
        before = knot(key_id, its)
    connection.executemany(INSERT, tied)
    connection.executemany(INSERT_SPAN, spans.values())
    connection.executemany(CLOSE_SPAN, closed)
    return before


def _rows(setup: str) -> Iterator[Row]:
    chance = random.Random(5)  # noqa: S311 - not a secret
    number, op_id = 0, ""
    while True:
        number += 1
        at, request_id = as_text(START + (number - 1) * STEP), f"{chance.getrandbits(128):032x}"

        def seen(what: What, value: dict[str, Any], source: str) -> Row:
            body = as_json({"value": value})
            return Row(number, at, PROFILE, setup, "observation", what, "", "", body, source, request_id, 1, "", "")  # noqa: B023

        version = f"https://{VAULT}.vault.azure.net/keys/adobe-cmk/{number // 600:032x}"
        match number % 50, number % 5:
            case (0, _):
                op_id = request_id
                body = as_json({"action": "Lock the vault", "desired": {"scope": VAULT_ID, "number": number}})
                yield Row(number, at, PROFILE, setup, "intent", "lock", op_id, "", body, "", "", 0, TENANT, ACTOR)
            case (1, _) if op_id:
                outcome = chance.choice(("done", "done", "done", "failed", "skipped"))
                body = as_json({"evidence": {"id": f"{VAULT_ID}/locks/cmk"}})
                yield Row(number, at, PROFILE, setup, "outcome", "lock", op_id, outcome, body, "", "", 0, TENANT, ACTOR)
            case (1, _):
                yield seen(What.DEPLOYMENT, _deployment(setup), "set-up")
            case (_, 0 | 1):
                word = _WORDS[number // 5 % len(_WORDS)]
                value = {"word": word, "configuration": "aep-key", "organisation": setup, "key_identifier": version}
                yield seen(What.STATUS, {**value, "look": number}, "GET /customer/config")
            case (_, 2):
                yield seen(What.VAULT, _vault(number), "GET vaults/{name}")
            case (_, 3):
                yield seen(What.KEY, _key(version, number), "GET keys/{name}")
            case _:
                sentence = f"No lock ({number})."
                finding = {"id": "vault.lock", "verdict": "fails", "severity": "warning", "sentence": sentence}
                yield seen(What.FINDINGS, {"findings": [finding]}, "check")


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
