"""Planted secrets are looked for in everything that a run leaves: files, output, log, argument lists."""

from __future__ import annotations

import base64
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import psutil
import pytest

from tests.records import desktop_session

SECRET = "Kq7/canary+adobe=secret 91zx"  # no look of a secret, and different in every encoding
TOKEN = re.compile(rb"(?:eyJ|ZXlK)[\w-]{20}")
"""How every JSON Web Token begins, plain or once more in base64; pictures hold the first letters by chance."""
SCENARIO = f"""
summary = "The practice cloud of the happy scenario with a planted client secret"
[adobe]
client_secret = "{SECRET}"
"""
ANSWERS = """
[azure]
tenant = "contoso.onmicrosoft.example"
subscription = "Contoso production"
resource_group = "rg-experience"
location = "westeurope"
[vault]
name = "contoso-aep-kv"
[key]
name = "aep-key"
[adobe]
organisation = "4D1F2C3B5A6978877F000101@AdobeOrg"
client_id = "c0ffee1234567890abcdef1234567890"
configuration = "aep-cmk"
[acknowledge]
irreversible = true
"""


def forms(secret: str) -> Iterator[bytes]:
    """The secret as it may stand somewhere: plain, in JSON, in an address, in a form, in base64 at any offset."""
    plain = secret.encode()
    yield from {plain, json.dumps(secret)[1:-1].encode(), quote(secret, safe="").encode(), quote(secret).encode()}
    yield quote(secret, safe="").replace("%20", "+").encode()
    yield secret.encode("utf-16-le")
    for shift in range(3):
        encoded = base64.b64encode(b"\0" * shift + plain)
        inner = encoded[4 if shift else 0 : len(encoded) - 4]  # without what depends on the neighbours
        yield inner
        yield inner.replace(b"+", b"-").replace(b"/", b"_")


def found(secrets: list[str], places: dict[str, bytes]) -> list[str]:
    """Where a secret, or anything that looks like a token, stands."""
    hits = [
        f"{name}: secret {number}"
        for name, content in places.items()
        for number, secret in enumerate(secrets)
        if any(form in content for form in forms(secret))
    ]
    return hits + [f"{name}: a token" for name, content in places.items() if TOKEN.search(content)]


def files(*folders: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for folder in folders for path in folder.rglob("*") if path.is_file()}


def run_watched(command: list[str], environment: dict[str, str]) -> tuple[int, dict[str, bytes]]:
    """Run a command; its exit status, its output, and the arguments of it and of all its children while it ran."""
    arguments: set[str] = set()
    with subprocess.Popen(
        command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        watched = psutil.Process(process.pid)
        while True:
            for each in (watched, *_children(watched)):
                try:
                    arguments.add("\0".join([*each.cmdline(), each.name()]))
                except psutil.Error:
                    continue
            try:
                output, errors = process.communicate(timeout=0.05)
                break
            except subprocess.TimeoutExpired:
                continue
    listed = "\n".join(arguments).encode()
    return process.returncode, {"stdout": output, "stderr": errors, "arguments": listed}


def _children(process: psutil.Process) -> list[psutil.Process]:
    try:
        return process.children(recursive=True)
    except psutil.Error:
        return []


def test_the_scan_finds_what_is_planted(tmp_path: Path) -> None:
    """Else no finding would mean nothing."""
    for number, form in enumerate(forms(SECRET)):
        (tmp_path / str(number)).write_bytes(b"before" + form + b"after")
    for shift in range(3):
        (tmp_path / f"shift {shift}").write_bytes(base64.b64encode(b"x" * shift + SECRET.encode() + b"after"))
    (tmp_path / "token").write_bytes(b"Bearer eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.e30.x")
    hits = found([SECRET], files(tmp_path))
    assert len(hits) == len(list(tmp_path.iterdir())), hits


@pytest.mark.parametrize("kind", ["setup", "tour"])
def test_a_rehearsal_leaves_no_secret(tmp_path: Path, kind: str) -> None:
    scenario, answers = tmp_path / "scenario.toml", tmp_path / "answers.toml"
    scenario.write_text(SCENARIO)
    answers.write_text(ANSWERS)
    out, temporary = tmp_path / "out", tmp_path / "temporary"
    for folder in (out, temporary):
        folder.mkdir()
    command = {
        "setup": ["setup", "--yes", "--answers", str(answers)],
        "tour": ["--tour", "--screenshots", str(out / "pictures")],
    }[kind]
    shared = ["--practice", str(scenario), "--data-dir", str(out / "records")]
    logged = ["--log-file", str(out / "log"), "--log-level", "debug"]
    status, places = run_watched(
        [sys.executable, "-m", "cmkwizard", *command, *shared, *logged],
        {
            **os.environ,
            "CMKWIZARD_ADOBE_CLIENT_SECRET": SECRET,
            "TMPDIR": str(temporary),
            "HOME": str(out),
            "QT_QPA_PLATFORM": "offscreen",
        },
    )
    assert status == 0, places["stderr"].decode()
    assert b'"result": "COMPLETED"' in places["stdout"]
    assert b"journal: outcome" in (out / "log").read_bytes(), "an empty log would prove nothing"
    assert (out / "records" / "records.sqlite").exists()
    assert found([SECRET], places | files(out, temporary)) == []


SIGNED_IN = """
import json, os, subprocess, sys
from pathlib import Path
from tests.test_secrets_scan import ANSWERS, SCENARIO, SECRET, files, found, run_watched
from cmkwizard.practice.person import PracticePerson
from cmkwizard.records.secrets import SecretStore
from cmkwizard.records.tokens import ENTRY, EncryptedTokenStore

work = Path(os.environ["DATA"]).parent
folder, ready, out = work / "records", work / "ready.json", work / "out"
out.mkdir()
(work / "scenario.toml").write_text(SCENARIO)
(work / "answers.toml").write_text(ANSWERS)
person = work / "person.py"
person.write_text('''
import json, sys
from pathlib import Path
from cmkwizard.practice.person import PracticePerson
ready = json.loads(Path(sys.argv[1]).read_text())
PracticePerson(None, True, ready["profile"]["ca_file"]).walk(sys.argv[2])
''')
program = [sys.executable, "-m", "cmkwizard"]
cloud = subprocess.Popen([*program, "practice-cloud", "--scenario", str(work / "scenario.toml"), "--speed", "600",
                          "--ready-file", str(ready)])
try:
    while not ready.exists():
        assert cloud.poll() is None
    def setup(name, browser):
        command = ["setup", "--clouds", str(ready), "--answers", str(work / "answers.toml"), "--yes", "--data-dir",
                   str(folder), "--log-file", str(out / f"{name}.log"), "--log-level", "debug"]
        environment = {**os.environ, "CMKWIZARD_ADOBE_CLIENT_SECRET": SECRET, "HOME": str(out)}
        environment |= {"BROWSER": browser} if browser else {}
        return run_watched([*program, *command], environment)

    def applied():
        import ssl, urllib.request
        card = json.loads(ready.read_text())
        request = urllib.request.Request(card["control"] + "/state",
                                         headers={"Authorization": "Bearer " + card["control_token"]})
        context = ssl.create_default_context(cafile=card["profile"]["ca_file"])
        return json.loads(urllib.request.urlopen(request, context=context).read())["applied"]

    first, first_places = setup("first", f"{sys.executable} {person} {ready} %s")
    after_first = applied()
    second, second_places = setup("second", None)
    after_second = applied()
    store = SecretStore("practice", folder)
    sealed = EncryptedTokenStore(folder, "practice", store).load() or ""
    def texts(value):
        if isinstance(value, dict):
            for each in value.values(): yield from texts(each)
        elif isinstance(value, list):
            for each in value: yield from texts(each)
        elif isinstance(value, str):
            try: yield from texts(json.loads(value))
            except ValueError: yield value
    tokens = [text for text in texts(json.loads(sealed)) if len(text) > 60] if sealed else []
    places = {f"first {name}": each for name, each in first_places.items()}
    places |= {f"second {name}": each for name, each in second_places.items()}
    places |= files(folder, out)
    hits = found([SECRET, store.get(ENTRY) or "no key", *tokens], places)
    signed_out = subprocess.run([*program, "sign-out", "--data-dir", str(folder)], capture_output=True, text=True)
    left = [EncryptedTokenStore(folder, "practice", SecretStore("practice", folder)).load(),
            SecretStore("practice", folder).get(ENTRY), (folder / "tokens-practice.bin").exists()]
    third, third_places = setup("third", None)
finally:
    cloud.terminate(); cloud.wait()
print(json.dumps({"statuses": [first, second, third], "tokens": len(tokens), "hits": hits, "left": left,
    "words": [each["stdout"].decode().splitlines()[-1:] for each in (first_places, second_places)],
    "errors": [each["stderr"].decode() for each in (first_places, second_places, third_places)],
    "applied": [after_first, after_second], "signed out": signed_out.stdout}))
"""


def test_a_signed_in_run_leaves_no_secret_a_second_needs_no_prompt_and_signing_out_forgets(tmp_path: Path) -> None:
    answer = desktop_session.run(SIGNED_IN, tmp_path, desktop_session.UNLOCKED)
    assert answer["statuses"] == [0, 0, 3], answer["errors"]
    assert all('"result": "COMPLETED"' in line for lines in answer["words"] for line in lines)
    assert answer["tokens"] >= 3, "what is scanned for are the real tokens, opened from the sealed file"
    assert answer["hits"] == []
    assert answer["applied"][0]["configuration.create"] == 1
    assert answer["applied"][1] == answer["applied"][0], "the second run changes nothing"
    assert answer["signed out"] == "Every stored credential is forgotten.\n"
    assert answer["left"] == [None, None, False]
