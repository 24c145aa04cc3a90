"""What a person has chosen so far, so that closing the window in the middle loses nothing. No secret is in it."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import msgspec

from cmkwizard.core.choices import Choices
from cmkwizard.records.private_files import read_private, remove_private, write_private


@dataclass(frozen=True)
class Draft:
    """What was chosen, and the page that was shown last."""

    choices: Choices
    page: str


class Drafts:
    """The drafts of one folder: one for each cloud profile."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def load(self, profile: str) -> Draft | None:
        """The draft of ``profile``. None when there is none, or when it cannot be read: then one starts anew.

        Raises:
            Problem: of kind ``STORAGE``: the folder cannot be read.
        """
        content = read_private(self._path(profile))
        if content is None:
            return None
        import tomllib

        with contextlib.suppress(UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError, KeyError):
            written = tomllib.loads(content.decode())
            page = written.pop("page")
            if isinstance(page, str):
                return Draft(msgspec.convert(written, Choices), page)
        return None

    def save(self, profile: str, choices: Choices, page: str) -> None:
        """Keep the draft of ``profile`` in place of the last one.

        Raises:
            Problem: of kind ``STORAGE``; the last one is still there.
        """
        import tomli_w

        write_private(self._path(profile), tomli_w.dumps({"page": page, **msgspec.to_builtins(choices)}).encode())

    def clear(self, profile: str) -> None:
        """Forget the draft of ``profile``.

        Raises:
            Problem: of kind ``STORAGE``: it cannot be removed.
        """
        remove_private(self._path(profile))

    def _path(self, profile: str) -> Path:
        return self._folder / f"draft-{quote(profile, safe='')}.toml"
