"""What an organisation or a person sets once. A TOML file beside the records; no secret is in it."""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from cmkwizard.core.identifiers import guid_problem
from cmkwizard.core.problems import Kind, Problem
from cmkwizard.records.private_files import read_private, write_private

THEMES = ("system", "light", "dark")


@dataclass(frozen=True)
class Settings:
    """The settings, with what holds when nothing is set."""

    client_id: str = ""
    """The organisation's own app registration for signing in to Azure; empty for the program's own."""
    tenant: str = ""
    """The directory to sign in to (id or domain); empty to choose while signing in."""
    device_code: bool = False
    """Whether signing in with a device code is offered. Off: it is often abused for phishing."""
    theme: str = "system"
    """One of :data:`THEMES`."""
    watch: bool = True
    """Whether the program looks at the set-up from time to time while it runs."""
    keep_watching: bool = False
    """Whether it goes on doing so in the tray when its window is closed."""


def read_settings(folder: Path) -> Settings:
    """Read ``settings.toml`` of ``folder``; without one, what holds by default.

    Raises:
        Problem: of kind ``INVALID``: it names the key and what is allowed. Of kind ``STORAGE``: it cannot be read.
    """
    path = folder / "settings.toml"
    content = read_private(path)
    if content is None:
        return Settings()
    import tomllib

    try:
        written = tomllib.loads(content.decode())
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise Problem(Kind.INVALID, f"{path} is not TOML: {error}.", "Correct the file, or remove it.") from error
    _check(path, written)
    return Settings(**written)


def _check(path: Path, written: dict[str, Any]) -> None:
    defaults = Settings()
    known = {field.name: type(getattr(defaults, field.name)) for field in fields(Settings)}
    for key, value in written.items():
        if key not in known:
            allowed = f"The keys are {', '.join(known)}"
        elif type(value) is not known[key]:
            allowed = "It is true or false" if known[key] is bool else "It is a text in quotes"
        elif key == "theme" and value not in THEMES:
            allowed = f"It is one of {', '.join(THEMES)}"
        elif key == "client_id" and value and guid_problem(str(value)):
            allowed = "It is an application (client) id"
        else:
            continue
        raise Problem(Kind.INVALID, f"{path}: {key} cannot be used. {allowed}.", "Correct the file, or remove it.")


def write_settings(folder: Path, settings: Settings) -> None:
    """Keep ``settings`` in ``folder``.

    Raises:
        Problem: of kind ``STORAGE``; the last ones are still there.
    """
    import tomli_w

    values = {field.name: getattr(settings, field.name) for field in fields(Settings)}
    write_private(folder / "settings.toml", tomli_w.dumps(values).encode())
