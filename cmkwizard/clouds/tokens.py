"""Where the sign-in to Azure is kept between two starts, as clouds/ sees it."""

from __future__ import annotations

from typing import Protocol


class TokenStore(Protocol):
    """Keeps one text safely. It holds refresh tokens: an implementation encrypts it, or keeps it in memory only."""

    def load(self) -> str | None:
        """The text that was saved last; None when there is none, or it cannot be read any more."""

    def save(self, text: str) -> None:
        """Keep this text instead of the last one."""

    def clear(self) -> None:
        """Forget the text and everything that protects it."""
