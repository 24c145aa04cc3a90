"""What a person has chosen so far, so that closing the window in the middle loses nothing. No secret is in it."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, unquote

import msgspec

from cmkwizard.core.choices import Choices
from cmkwizard.records.private_files import read_private, remove_private, storage_problem, write_private


@dataclass(frozen=True)
class Draft:
    """What was chosen, and the page that was shown last."""

    choices: Choices
    page: str


class Drafts:
    """The drafts of one folder: one for each cloud profile, and those that were put aside for another organisation."""

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

    def aside(self, profile: str) -> tuple[str, ...]:
        """The organisations of the drafts that were put aside, in the order of their ids."""
        start, end = f"draft-{quote(profile, safe='')}@", ".toml"
        found = (path.name for path in self._folder.glob("draft-*.toml"))
        return tuple(sorted(unquote(name[len(start) : -len(end)]) for name in found if name.startswith(start)))

    def put_aside(self, profile: str, organisation: str) -> None:
        """Keep the draft of ``profile`` for its organisation, and have none, until it is taken up again.

        Raises:
            Problem: of kind ``STORAGE``; it is still the draft.
        """
        self._move(self._path(profile), self._aside(profile, organisation))

    def take_up(self, profile: str, organisation: str) -> None:
        """Make the draft that was put aside for ``organisation`` the draft of ``profile``, in place of what is there.

        Raises:
            Problem: of kind ``STORAGE``; it is still aside.
        """
        self._move(self._aside(profile, organisation), self._path(profile))

    def _move(self, here: Path, there: Path) -> None:
        try:
            here.replace(there)
        except FileNotFoundError:
            return  # there is none
        except OSError as error:
            raise storage_problem(there, error) from error

    def _path(self, profile: str) -> Path:
        return self._folder / f"draft-{quote(profile, safe='')}.toml"

    def _aside(self, profile: str, organisation: str) -> Path:
        # "@" is in no quoted name, so that it parts the two
        return self._folder / f"draft-{quote(profile, safe='')}@{quote(organisation, safe='')}.toml"
