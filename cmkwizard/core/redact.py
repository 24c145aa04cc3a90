"""Secrets taken out of text: the second net under logs, references and reports. The first is not to put them there."""

from __future__ import annotations

import logging
import re

MARK = "(removed)"

_NAMES = (
    r"access[-_]?token|refresh[-_]?token|id[-_]?token|client[-_]?secret|client[-_]?assertion|code[-_]?verifier"
    r"|device[-_]?code|user[-_]?code|password|passwd|secret|assertion|control_token|client_info|api[-_]?key"
    r"|AccountKey|SharedAccessKey"
)
# Quoted (in JSON within JSON, too), where its end may have been cut off; or up to what ends a value.
_VALUE = r"""\\["'][^"'\r\n]*["']?|"(?:[^"\\\r\n]|\\.)*"?|'(?:[^'\\\r\n]|\\.)*'?|[^\s&,;}\])"']+"""
# What to look for, what it becomes, and words without one of which (case folded) there is nothing to look for.
_PATTERNS: tuple[tuple[re.Pattern[str], str, tuple[str, ...]], ...] = (
    # Tokens by their look: JSON Web Tokens, Entra refresh tokens and codes, Adobe client secrets.
    (re.compile(r"\beyJ[\w-]{5,}(?:\.[\w-]*){0,4}"), MARK, ("eyj",)),
    (re.compile(r"\b[01]\.A[\w.-]{40,}"), MARK, (".a",)),
    (re.compile(r"\bp8e-[\w-]{8,}"), MARK, ("p8e-",)),
    # What follows a scheme or a name.
    (
        re.compile(r"(?i)\b(bearer|basic|negotiate)(\s+|%20)[\w.~+/=%-]{4,}"),
        rf"\1 {MARK}",
        ("bearer", "basic", "negotiate"),
    ),
    (
        re.compile(rf"(?i)((?:\\?[\"'])?\b(?:\w*_)?(?:{_NAMES})(?:\\?[\"'])?\s*(?:[:=]|%3[AD])\s*)({_VALUE})"),
        rf"\1{MARK}",
        ("token", "secret", "assertion", "verifier", "passw", "code", "client_info", "api", "accountkey", "accesskey"),
    ),
    # Options of a command.
    (re.compile(rf"(?i)((?<![\w-])--(?:[\w-]{{0,30}}-)?(?:{_NAMES})\s+)({_VALUE})"), rf"\1{MARK}", ("--",)),
    (re.compile(r"(?i)\b((?:set-)?cookie:)[^\r\n]+"), rf"\1 {MARK}", ("cookie:",)),
    # In addresses and forms alone: elsewhere a code is an error's.
    (
        re.compile(r"(?i)\b((?:code|session_state|sig)=)[^\s&,;\"']+"),
        rf"\1{MARK}",
        ("code=", "session_state=", "sig="),
    ),
    # User name and password in an address.
    (re.compile(r"(?i)(\b[a-z][a-z0-9+.-]{0,20}://)[^/\s@]+@"), rf"\1{MARK}@", ("@",)),
)


def redact(text: str, *secrets: str) -> str:
    """The text without what looks like a secret, and without each of ``secrets`` (six characters or more)."""
    for secret in secrets:
        if len(secret) >= 6:
            text = text.replace(secret, MARK)
    folded = text.casefold()
    for pattern, replacement, words in _PATTERNS:
        for word in words:
            if word in folded:
                text = pattern.sub(replacement, text)
                break
    return text


def one_line(text: str) -> str:
    """The text as one line: each control or direction character becomes a space."""
    return text if text.isprintable() else "".join(c if c.isprintable() else " " for c in text)


def safe_line(text: str, longest: int = 1000) -> str:
    """Text of others as one line that can be shown: no secrets, no control or direction characters, not too long."""
    line = one_line(redact(text))
    return line if len(line) <= longest else f"{line[:longest]}…"


class RedactingFilter(logging.Filter):
    """Takes secrets out of every record that passes a handler, its exception text included.

    Put it on handlers (records of child loggers pass the handlers of their parents, but not their filters).
    """

    def __init__(self) -> None:
        super().__init__()
        self._secrets: set[str] = set()

    def learn(self, secret: str) -> None:
        """Take this very text out as well, from now on."""
        if secret:
            self._secrets.add(secret)

    def filter(self, record: logging.LogRecord) -> bool:
        """Change the record in place; every record passes."""
        record.msg = redact(record.getMessage(), *self._secrets)
        record.args = None
        if record.exc_info and not record.exc_text:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        if record.exc_text:
            record.exc_text = redact(record.exc_text, *self._secrets)
        if record.stack_info:
            record.stack_info = redact(record.stack_info, *self._secrets)
        return True
