"""Calls to Adobe with the organisation's OAuth server-to-server credential.

Sources: Adobe Developer, server-to-server authentication (token); Adobe customer-managed keys, API set-up (headers).
"""

from __future__ import annotations

import threading
import time

import msgspec
import requests

from cmkwizard.clouds.errors import problem_of_refusal, translating
from cmkwizard.clouds.http import Guard
from cmkwizard.clouds.profile import Profile, Service
from cmkwizard.clouds.refusals import refusal_of
from cmkwizard.clouds.replies import decode
from cmkwizard.clouds.wire import READS
from cmkwizard.core.choices import AdobeChoice
from cmkwizard.core.identifiers import client_id_problem, organisation_problem
from cmkwizard.core.problems import Kind, Problem

API_KEY = "acp_provisioning"
"""A fixed value of this interface, not the credential's client id."""
_LONGEST_LIFE_S = 86_400
_EARLY_S = 60


class _Token(msgspec.Struct):
    access_token: str
    expires_in: int


class AdobeSession:
    """One credential for one organisation. The token is kept in memory until shortly before it ends. Thread-safe."""

    def __init__(self, profile: Profile, guard: Guard, choice: AdobeChoice, secret: str) -> None:
        self.profile = profile
        self.choice = choice
        self._guard = guard
        self._secret = secret
        self._lock = threading.Lock()
        self._token = ""
        self._ends = 0.0

    def token(self) -> str:
        """The token, asked for when there is none that still serves.

        Raises:
            Problem: the credential is refused, or what the network says.
        """
        with self._lock:
            if time.monotonic() < self._ends:
                return self._token
            for problem in (organisation_problem(self.choice.organisation), client_id_problem(self.choice.client_id)):
                if problem:
                    raise Problem(Kind.INVALID, problem, "Copy it from the Adobe Developer Console.")
            if not self._secret:
                raise Problem(
                    Kind.SIGN_IN,
                    f"The client secret of the Adobe credential {self.choice.client_id} is not known here.",
                    "Set CMKWIZARD_ADOBE_CLIENT_SECRET for this run, or enter it once in the window.",
                )
            form = {
                "grant_type": "client_credentials",
                "client_id": self.choice.client_id,
                "client_secret": self._secret,
                "scope": self.choice.scopes,
            }
            with translating(Service.IMS):
                answer = self._guard.session.post(f"{self.profile.ims}/token/v3", data=form)
            if answer.status_code != requests.codes.ok:
                raise _refused(answer, Service.IMS, write=False)
            token = decode(answer.content, _Token, Service.IMS)
            self._token = token.access_token
            self._ends = time.monotonic() + max(min(token.expires_in, _LONGEST_LIFE_S) - _EARLY_S, 0)
            self._guard.issued(self._token, Service.PLATFORM)
            return self._token

    @property
    def token_left_s(self) -> float:
        """Seconds for which the token still serves; 0: there is none."""
        with self._lock:
            return max(self._ends - time.monotonic(), 0.0)

    def call(
        self, method: str, path: str, *, body: object = None, missing_is_good: bool = False, region: str = ""
    ) -> requests.Response:
        """Send one request to Experience Platform and answer with its success (or 404, where that is good).

        A read whose token has ended is sent once more with a new token; a write is sent once in any case.

        Raises:
            Problem: refused, unreachable; for a write ``UNCLEAR`` where it may have been carried out.
        """
        write = method not in READS
        answer = self._send(method, path, body, region)
        if answer.status_code == requests.codes.unauthorized:
            with self._lock:
                self._ends = 0.0
            if not write:
                answer = self._send(method, path, body, region)
        if missing_is_good and answer.status_code == requests.codes.not_found:
            return answer
        good = (requests.codes.ok, requests.codes.created, requests.codes.accepted) if write else (requests.codes.ok,)
        if answer.status_code not in good:
            raise _refused(answer, Service.PLATFORM, write=write)
        return answer

    def _send(self, method: str, path: str, body: object, region: str) -> requests.Response:
        address = self.profile.platform_for(region or self.choice.region) + path
        headers = {
            "Authorization": f"Bearer {self.token()}",
            "x-api-key": API_KEY,
            "x-gw-ims-org-id": self.choice.organisation,
            "Accept": "application/json",
            "Content-Type": "application/json",
        }
        with translating(Service.PLATFORM):
            return self._guard.session.request(
                method, address, headers=headers, data=None if body is None else msgspec.json.encode(body)
            )


def _refused(answer: requests.Response, service: Service, *, write: bool) -> Problem:
    return problem_of_refusal(refusal_of(answer.status_code, answer.headers, answer.content), service, write=write)
