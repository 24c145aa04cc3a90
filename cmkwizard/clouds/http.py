"""The one way out of the program: every request of every client passes through a :class:`Guard`."""

from __future__ import annotations

import hashlib
import http.cookiejar
import logging
import os
import ssl
import threading
import weakref
from collections.abc import Iterable, Mapping

import requests

from cmkwizard.clouds.outcomes import Outcomes
from cmkwizard.clouds.profile import Profile, Service
from cmkwizard.clouds.refusals import request_id
from cmkwizard.clouds.wire import DEADLINE_S, READS, GuardedAdapter, Reason, WireError
from cmkwizard.core.problems import Kind, Problem

LIBRARY_LOGGERS = ("msal", "azure", "urllib3", "requests")
"""Capped at WARNING: below that MSAL logs authorisation codes, and Azure's clients can log tokens."""


class Guard:
    """Lets requests out to the profile's own hosts only, each once, with tokens that are for that host.

    ``session`` serves MSAL, our own calls, and Azure's clients through their transport. Neither the environment
    (proxies, certificate bundles) nor ``.netrc`` has any effect. Failures are ``wire.WireError``, which
    ``errors.translating`` turns into problems. Thread-safe.

    Attributes:
        outcomes: how each host answered last, and what its clock said.
    """

    def __init__(self, profile: Profile, *, deadline_s: float = DEADLINE_S) -> None:
        self.profile = profile
        self.requests = 0
        """How many requests were let out."""
        self.outcomes = Outcomes()
        self._last = threading.local()
        self._lock = threading.Lock()
        self._tokens: dict[bytes, Service] = {}
        self._sent: weakref.WeakSet[requests.PreparedRequest] = weakref.WeakSet()
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.max_redirects = 0
        self.session.cookies.set_policy(http.cookiejar.DefaultCookiePolicy(allowed_domains=[]))
        self.session.headers["Accept-Encoding"] = "gzip, deflate"
        self.session.adapters.clear()
        self.session.mount("", GuardedAdapter(trust(profile), self._admit, self._note, deadline_s=deadline_s))
        for name in LIBRARY_LOGGERS:
            logging.getLogger(name).setLevel(logging.WARNING)

    @property
    def request_id(self) -> str:
        """The service's own name for the last call of this thread; empty where it gave none, or did not answer."""
        return str(getattr(self._last, "request_id", ""))

    def issued(self, token: str, audience: Service) -> None:
        """Register a bearer token: from now on it may go to this service, and to no other."""
        with self._lock:
            self._tokens[_fingerprint(token)] = audience

    def forget_tokens(self) -> None:
        """No token that was registered so far goes anywhere any more."""
        with self._lock:
            self._tokens.clear()

    def withdraw(self, tokens: Iterable[str]) -> None:
        """These tokens go nowhere any more."""
        with self._lock:
            for each in tokens:
                self._tokens.pop(_fingerprint(each), None)

    def close(self) -> None:
        """Close all idle connections."""
        self.session.close()

    def _admit(self, request: requests.PreparedRequest) -> None:
        method, url = str(request.method), str(request.url)
        services = self.profile.services_at(url)
        if not services:
            raise WireError(Reason.FOREIGN_HOST, sent=False, method=method, url=url)
        with self._lock:
            scheme, known = self._audience(request)
            if scheme and known not in services:
                raise WireError(Reason.FOREIGN_TOKEN, sent=False, method=method, url=url)
            if method not in READS:
                if request in self._sent:
                    raise WireError(Reason.SENT_TWICE, sent=False, method=method, url=url)
                self._sent.add(request)
            self.requests += 1

    def _note(self, request: requests.PreparedRequest, answer: Mapping[str, str] | WireError) -> None:
        url = str(request.url)
        self._last.request_id = "" if isinstance(answer, WireError) else request_id(answer)
        with self._lock:
            _, known = self._audience(request)
        # Services can share an address: the token says which is asked. Only sign-ins and first questions have none.
        service = known or next(each for each in Service if each in self.profile.services_at(url))
        self.outcomes.note(service, url, answer)

    def _audience(self, request: requests.PreparedRequest) -> tuple[str, Service | None]:
        """How a request is signed, and the service that its token was registered for."""
        scheme, _, token = (request.headers.get("Authorization") or "").partition(" ")
        return scheme, self._tokens.get(_fingerprint(token.strip())) if scheme.lower() == "bearer" else None


def trust(profile: Profile) -> ssl.SSLContext:
    """What is trusted: a practice cloud's own authority alone, else what the operating system trusts.

    Raises:
        Problem: ``STORAGE``, when the profile's certificate file cannot be used.
    """
    if profile.practice:
        # No file: nothing is trusted, and every connection is refused.
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        if profile.ca_file:
            try:
                context.load_verify_locations(cafile=profile.ca_file)
            except OSError as error:  # ssl.SSLError is one
                raise Problem(
                    Kind.STORAGE,
                    f"The certificate file {profile.ca_file} of the cloud profile cannot be read.",
                    "Start the practice cloud again, and use the profile that it writes.",
                ) from error
    else:
        import truststore

        for name in ("SSL_CERT_FILE", "SSL_CERT_DIR"):
            # OpenSSL reads these by itself where it is the operating system's verifier.
            os.environ.pop(name, None)
        context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _fingerprint(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
