"""Secrets against real Secret Services, in every state, and against configurations that want them elsewhere."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path

import pytest

from cmkwizard.records.credentials import forget_credentials, stored_profiles
from cmkwizard.records.secrets import SecretStore
from cmkwizard.records.tokens import EncryptedTokenStore
from tests.records import desktop_session

CANARY = "canary-8e1f7a52c0"

STORE = f"""
import json, os
from pathlib import Path
from cmkwizard.records.secrets import SecretStore
folder = Path(os.environ["DATA"]); folder.mkdir(mode=0o700, exist_ok=True)
store = SecretStore("practice", folder, patience=float(os.environ.get("PATIENCE", "60")))
kind = store.open()
kept = store.set("adobe/organisation", "{CANARY}")
again = SecretStore("practice", folder, patience=60).get("adobe/organisation") if kind == "keyring" else None
print(json.dumps([kind, store.place, store.reason, kept, store.get("adobe/organisation"), again]))
"""

IN_MEMORY = "Sign-ins and secrets are kept in memory until the program ends."
STATES = {
    "absent": (None, "This computer has no safe place for secrets that can be used"),
    "denied": (desktop_session.DENYING, "The safe place for secrets is locked, and was not opened."),
    "silent": (desktop_session.SILENT, "The safe place for secrets does not answer."),
}


def leaks(folder: Path) -> list[str]:
    """Files beneath the folder that hold the canary, plainly or encoded."""
    forms = [CANARY.encode(), base64.b64encode(CANARY.encode()).rstrip(b"=")[:-1]]
    own = ("script.py", "evil.py")
    files = [path for path in folder.rglob("*") if path.is_file() and path.name not in own]
    return [str(path) for path in files if any(form in path.read_bytes() for form in forms)]


def test_a_real_secret_service_keeps_secrets_for_the_next_start(tmp_path: Path) -> None:
    answer = desktop_session.run(STORE, tmp_path, desktop_session.UNLOCKED)
    assert answer == ["keyring", "Secret Service", "", True, CANARY, CANARY]
    assert leaks(tmp_path) == []


@pytest.mark.parametrize("state", STATES)
def test_without_a_safe_place_secrets_stay_in_memory_and_the_reason_is_said(tmp_path: Path, state: str) -> None:
    start, reason = STATES[state]
    patience = {"PATIENCE": "1"} if state == "silent" else {}  # the others answer
    answer = desktop_session.run(STORE, tmp_path, start, **patience)
    assert answer[0] == "session"
    assert answer[2].startswith(reason)
    assert answer[2].endswith(IN_MEMORY)
    assert answer[3:] == [False, CANARY, None]
    assert leaks(tmp_path) == []


LOCKED = """
import json, os
from pathlib import Path
import secretstorage
from cmkwizard.records.secrets import SecretStore
from cmkwizard.records.tokens import EncryptedTokenStore
from cmkwizard.records.credentials import forget_credentials

folder = Path(os.environ["DATA"]); folder.mkdir(mode=0o700)
def tokens():
    store = SecretStore("practice", folder)
    return EncryptedTokenStore(folder, "practice", store), store

first, _ = tokens()
first.save("sign-in one")
second, store = tokens()
steps = {"second start": second.load()}
connection = secretstorage.dbus_init()
secretstorage.get_default_collection(connection).lock()
while_locked, locked_store = tokens()
steps["locked"] = [while_locked.load(), locked_store.kind, locked_store.reason]
while_locked.save("sign-in two")
steps["for the session"] = while_locked.load()
steps["sign-out while locked"] = [each.message for each in forget_credentials(folder)]
print(json.dumps(steps))
"""


def test_a_locked_keyring_does_not_lock_anybody_out(tmp_path: Path) -> None:
    answer = desktop_session.run(LOCKED, tmp_path, desktop_session.UNLOCKED)
    assert answer["second start"] == "sign-in one"
    reason = f"The safe place for secrets is locked, and was not opened. {IN_MEMORY}"
    assert answer["locked"] == [None, "session", reason]
    assert answer["for the session"] == "sign-in two"
    assert answer["sign-out while locked"] == [reason]


FORGET = """
import json, os
from pathlib import Path
import secretstorage
from cmkwizard.records.secrets import SecretStore
from cmkwizard.records.tokens import EncryptedTokenStore
from cmkwizard.records.credentials import forget_credentials, stored_profiles

folder = Path(os.environ["DATA"]); folder.mkdir(mode=0o700)
def count():
    connection = secretstorage.dbus_init()
    return len(list(secretstorage.get_default_collection(connection).get_all_items()))

for profile in ("practice", "public"):
    store = SecretStore(profile, folder)
    EncryptedTokenStore(folder, profile, store).save("sign-in")
    store.set("adobe/organisation/client", "secret")
before = count()
profiles = stored_profiles(folder)
reasons = forget_credentials(folder)
left = sorted(path.name for path in folder.iterdir())
print(json.dumps([before, profiles, reasons, count(), left]))
"""


def test_signing_out_forgets_every_profile(tmp_path: Path) -> None:
    before, profiles, reasons, after, left = desktop_session.run(FORGET, tmp_path, desktop_session.UNLOCKED)
    assert (before, profiles, reasons, after) == (4, ["practice", "public"], [], 0)
    assert left == ["tokens.lock"]


ENVELOPE = """
import json, os, pathlib, stat
from cmkwizard.records.secrets import SecretStore
from cmkwizard.records.tokens import ENTRY, EncryptedTokenStore

folder = pathlib.Path(os.environ["DATA"]); folder.mkdir(mode=0o700)
os.umask(0)
path = folder / "tokens-practice.bin"
def start():
    store = SecretStore("practice", folder)
    return EncryptedTokenStore(folder, "practice", store), store

text = "canary-8e1f7a52c0 " * 800
tokens, store = start()
tokens.save(text)
good = path.read_bytes()
tokens.save(text)
answer = {
    "mode": oct(stat.S_IMODE(path.stat().st_mode)),
    "fresh nonce": good[1:13] != path.read_bytes()[1:13],
    "key length": len(store.get(ENTRY)),
    "in clear": text[:17].encode() in good,
    "opens": start()[0].load() == text,
}
for name, content in {
    "first byte": bytes([2]) + good[1:], "nonce": good[:5] + bytes([good[5] ^ 1]) + good[6:],
    "text": good[:-40] + bytes([good[-40] ^ 1]) + good[-39:], "tag": good[:-1] + bytes([good[-1] ^ 1]),
    "cut": good[:100], "nothing": b"", "one byte": b"\\x01",
}.items():
    path.write_bytes(content)
    answer[name] = [start()[0].load(), path.exists()]
path.write_bytes(good)
store.set(ENTRY, "A" * 43 + "=")
answer["another key"] = [start()[0].load(), path.exists()]
path.write_bytes(good)
store.set(ENTRY, "no key at all")
answer["a broken key"] = start()[0].load()
tokens, _ = start()
tokens.save("again")
answer["signed in again"] = start()[0].load()
path.unlink(); path.symlink_to(folder / "elsewhere")
answer["link"] = start()[0].load()
tokens.clear()
answer["cleared"] = [start()[0].load(), SecretStore("practice", folder).get(ENTRY)]
print(json.dumps(answer))
"""


def test_the_sign_in_is_sealed_and_whatever_does_not_open_counts_as_signed_out(tmp_path: Path) -> None:
    answer = desktop_session.run(ENVELOPE, tmp_path, desktop_session.UNLOCKED)
    assert answer["mode"] == "0o600"
    assert answer["fresh nonce"]
    assert answer["key length"] == 44
    assert not answer["in clear"]
    assert answer["opens"]
    for damage in ("first byte", "nonce", "text", "tag", "cut", "nothing", "one byte", "another key"):
        assert answer[damage] == [None, False], damage
    assert answer["a broken key"] is None
    assert answer["signed in again"] == "again"
    assert answer["link"] is None
    assert answer["cleared"] == [None, None]


EVIL = """
import os, pathlib
from keyring.backend import KeyringBackend
pathlib.Path(os.environ["MARKER"]).write_text("foreign code ran")
class Keyring(KeyringBackend):
    priority = 9
    path = pathlib.Path(os.environ["MARKER"] + ".stolen")
    def get_password(self, service, username): return self.path.read_text() if self.path.exists() else None
    def set_password(self, service, username, password): self.path.write_text(password)
    def delete_password(self, service, username): self.path.unlink()
"""


def _by_entry_point(evil: Path) -> dict[str, str]:
    package = evil / "plaintext-1.0.dist-info"
    package.mkdir()
    (package / "METADATA").write_text("Metadata-Version: 2.1\nName: plaintext\nVersion: 1.0\n")
    (package / "entry_points.txt").write_text("[keyring.backends]\nplaintext = evil\n")
    return {"PYTHONPATH": f"{desktop_session.ROOT}:{evil}"}


def _by_configuration(evil: Path) -> dict[str, str]:
    folder = evil.parent / "home" / ".config" / "python_keyring"
    folder.mkdir(parents=True)
    (folder / "keyringrc.cfg").write_text(f"[backend]\ndefault-keyring=evil.Keyring\nkeyring-path={evil}\n")
    return {}


HOSTILE: dict[str, Callable[[Path], dict[str, str]]] = {
    "null backend named": lambda _evil: {"PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring"},
    "foreign backend named": lambda evil: {
        "PYTHON_KEYRING_BACKEND": "evil.Keyring",
        "PYTHONPATH": f"{desktop_session.ROOT}:{evil}",
    },
    "foreign backend installed": _by_entry_point,
    "foreign backend configured": _by_configuration,
    "properties set": lambda _evil: {
        "KEYRING_PROPERTY_SET_PASSWORD": "x",
        "KEYRING_PROPERTY_SCHEME": "KeePassXC",
        "KEYRING_PROPERTY_PREFERRED_COLLECTION": "/org/freedesktop/secrets/collection/elsewhere",
    },
}


@pytest.mark.parametrize("start", [None, desktop_session.UNLOCKED], ids=["absent", "unlocked"])
@pytest.mark.parametrize("hostile", HOSTILE)
def test_no_configuration_leads_a_secret_elsewhere(tmp_path: Path, hostile: str, start: str | None) -> None:
    evil = tmp_path / "evil"
    evil.mkdir()
    (tmp_path / "home").mkdir()
    (evil / "evil.py").write_text(EVIL)
    marker = tmp_path / "marker"
    answer = desktop_session.run(STORE, tmp_path, start, **{"MARKER": str(marker), **HOSTILE[hostile](evil)})
    assert answer[0] == ("keyring" if start else "session")
    assert answer[4] == CANARY
    assert not marker.exists(), "foreign code ran"
    assert leaks(tmp_path) == []


def test_the_hostile_configuration_works_on_the_library_itself(tmp_path: Path) -> None:
    """Else the test above would prove nothing."""
    script = "import json, keyring\nkeyring.set_password('a', 'b', 'c')\nprint(json.dumps(str(keyring.get_keyring())))"
    evil = tmp_path / "evil"
    evil.mkdir()
    (tmp_path / "home").mkdir()
    (evil / "evil.py").write_text(EVIL)
    marker = tmp_path / "marker"
    answer = desktop_session.run(script, tmp_path, None, MARKER=str(marker), **_by_configuration(evil))
    assert "evil" in str(answer)
    assert marker.exists()


def test_in_memory_only_when_told_so(tmp_path: Path) -> None:
    store = SecretStore("practice", tmp_path, session_reason="Nothing of it is kept.")
    assert store.open() == "session"
    assert store.reason == "Nothing of it is kept."
    assert store.set("entry", "value") is False
    tokens = EncryptedTokenStore(tmp_path, "practice", store)
    tokens.save("sign-in")
    assert (store.get("entry"), tokens.load()) == ("value", "sign-in")
    assert list(tmp_path.iterdir()) == []
    tokens.clear()
    store.forget_all()
    assert (store.get("entry"), tokens.load()) == (None, None)


def test_signing_out_of_an_empty_folder_asks_no_keyring(tmp_path: Path) -> None:
    assert stored_profiles(tmp_path / "nowhere") == []
    assert forget_credentials(tmp_path / "nowhere") == []
