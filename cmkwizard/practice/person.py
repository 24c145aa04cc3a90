"""The practice person: does in the browser's place what a person would do there."""

from __future__ import annotations

import http.client
import http.cookiejar
import ssl
import threading
import urllib.request
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import IO, Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode, urljoin, urlsplit

PAGE_LIMIT = 12  # pages in one go; more would be walking in a circle
TIMEOUT_S = 60.0
SIZE_LIMIT = 1024 * 1024


@dataclass
class Form:
    """A form of a page: where it goes, its fields, its buttons as (name, value) in order."""

    id: str
    action: str
    fields: dict[str, str] = field(default_factory=dict)
    buttons: list[tuple[str, str]] = field(default_factory=list)


class _Page(HTMLParser):
    """Reads the forms of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(values.get("id", ""), values.get("action", "")))
        elif self.forms and tag == "input" and values.get("name"):
            self.forms[-1].fields[values["name"]] = values.get("value", "")
        elif self.forms and tag == "button":
            self.forms[-1].buttons.append((values.get("name", ""), values.get("value", "")))


class _LoopbackOnly(urllib.request.HTTPRedirectHandler):
    """Follows redirects within this machine and stays where one leads out of it."""

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: Any, newurl: str
    ) -> urllib.request.Request | None:
        return super().redirect_request(req, fp, code, msg, headers, newurl) if is_loopback(newurl) else None


class PracticePerson:
    """Opens addresses of the practice cloud and walks its pages: picks the account, presses Accept or Cancel.

    user: user principal name, or None for the first account offered; accept: what to press on the consent page;
    ca_file: the practice cloud's certificate. Takes the place of a browser: sessions are kept between addresses.
    """

    def __init__(self, user: str | None, accept: bool, ca_file: str | Path) -> None:
        self._user = user
        self._accept = accept
        self._opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}),
            urllib.request.HTTPSHandler(context=ssl.create_default_context(cafile=str(ca_file))),
            urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()),
            _LoopbackOnly(),
        )
        self._one_at_a_time = threading.Lock()
        self.problem: str | None = None  # why the last walk ended early

    def open(self, url: str) -> bool:
        """Starts to walk and returns at once; False when the address is not one of this machine."""
        if not is_loopback(url):
            return False
        threading.Thread(target=self._walk, args=(url,), name="practice-person", daemon=True).start()
        return True

    def _walk(self, url: str) -> None:
        with self._one_at_a_time:
            self.problem = None
            try:
                self.walk(url)
            except (OSError, ValueError, http.client.HTTPException) as problem:
                self.problem = f"{type(problem).__name__}: {problem}"

    def walk(self, url: str) -> str:
        """Walks until a page asks for nothing more and returns that page's address.

        Raises OSError, http.client.HTTPException, ValueError.
        """
        address, page = self._visit(urllib.request.Request(url))  # noqa: S310 - open() and redirects admit loopback http(s) only
        for _ in range(PAGE_LIMIT):
            if not page.forms:
                return address
            form = page.forms[0]
            target = urljoin(address, form.action)
            if not is_loopback(target):
                raise ValueError(f"the page wants to go to {urlsplit(target).hostname}")
            fields = urlencode({**form.fields, **self._pressed(form)}).encode()
            address, page = self._visit(urllib.request.Request(target, fields))  # noqa: S310 - checked above
        raise ValueError("the pages do not come to an end")

    def _pressed(self, form: Form) -> dict[str, str]:
        """The button this person presses. Raises ValueError when it is not there."""
        names = {name for name, _ in form.buttons}
        if "user" in names:
            offered = [value for name, value in form.buttons if name == "user"]
            wanted = [value for value in offered if self._user is None or value.lower() == self._user.lower()]
            if not wanted:
                raise ValueError(f"the account {self._user} is not offered")
            return {"user": wanted[0]}
        if "decision" in names:
            decision = "accept" if self._accept else "cancel"
            offered = [value for name, value in form.buttons if name == "decision"]
            return {"decision": decision if decision in offered else offered[0]}
        return {}

    def _visit(self, request: urllib.request.Request) -> tuple[str, _Page]:
        try:
            answer = self._opener.open(request, timeout=TIMEOUT_S)
        except URLError as problem:
            # A refusal is a page as well; a redirect that leads out of this machine arrives here too, as its status.
            if not isinstance(problem, HTTPError):
                raise
            if problem.code >= 400:
                raise ValueError(f"the page answered {problem.code}") from None
            return request.full_url, _Page("")
        with answer:
            if "html" not in answer.headers.get("Content-Type", ""):
                return answer.url, _Page("")
            return answer.url, _Page(answer.read(SIZE_LIMIT).decode("utf-8", "replace"))


def is_loopback(url: str) -> bool:
    """Whether an address is http or https on this machine."""
    parts = urlsplit(url)
    return parts.scheme in ("http", "https") and parts.hostname in ("localhost", "127.0.0.1", "::1")
