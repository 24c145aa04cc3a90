"""The directory (Microsoft Entra ID), read through Microsoft Graph. Nothing is ever written there."""

from __future__ import annotations

import base64
import re
from typing import Any
from urllib.parse import quote

import msgspec
import requests

from cmkwizard.clouds.azure.authentication import RENEW
from cmkwizard.clouds.azure.connection import AzureConnection
from cmkwizard.clouds.errors import malformed, problem_of_refusal, translating
from cmkwizard.clouds.profile import Service
from cmkwizard.clouds.refusals import refusal_of
from cmkwizard.core.facts import App
from cmkwizard.core.identifiers import GUID
from cmkwizard.core.problems import Kind, Problem

_ABSENT = "Request_ResourceNotFound"
_FIELDS = "id,appId,displayName,accountEnabled,appOwnerOrganizationId,verifiedPublisher"


class _Publisher(msgspec.Struct):
    displayName: str | None = None  # noqa: N815 - Graph's name


class _ServicePrincipal(msgspec.Struct):
    """Graph's servicePrincipal, as far as it is asked for."""

    id: str
    appId: str  # noqa: N815 - Graph's name
    displayName: str | None = None  # noqa: N815
    accountEnabled: bool | None = None  # noqa: N815
    appOwnerOrganizationId: str | None = None  # noqa: N815
    verifiedPublisher: _Publisher | None = None  # noqa: N815


class Directory:
    """Each method sends one request (one more where the token had to be renewed) and raises Problem."""

    def __init__(self, connection: AzureConnection) -> None:
        self._connection = connection

    def get_app(self, application_id: str) -> App | None:
        """Read an app of the directory by its application id, never by its name; None when it is not there (yet)."""
        if not GUID.fullmatch(application_id):
            raise Problem(Kind.INVALID, "An application id is a GUID.", "Read the app's registration from Adobe again.")
        path = f"/v1.0/servicePrincipals(appId='{quote(application_id)}')"
        answer = self._get(path)
        if answer.status_code == 401:
            answer = self._get(path, claims=_claims(answer.headers.get("WWW-Authenticate", "")))
        if answer.status_code != 200:
            problem = problem_of_refusal(
                refusal_of(answer.status_code, answer.headers, answer.content), Service.GRAPH, write=False
            )
            if problem.reference.code == _ABSENT:
                return None
            if problem.kind is Kind.NOT_FOUND:
                raise malformed(Service.GRAPH, write=False, detail="404 that is not Graph's")
            raise problem
        return _app(answer.content, application_id)

    def _get(self, path: str, claims: str | None = None) -> requests.Response:
        with translating(Service.GRAPH):
            return self._connection.get_from_graph(path, _FIELDS, claims)


def _claims(challenge: str) -> str:
    """The claims that a refusal asks for in a new token."""
    wanted = re.search(r'claims="([A-Za-z0-9+/_=-]+)"', challenge)
    if wanted is None:
        return RENEW
    try:
        return base64.urlsafe_b64decode(wanted[1].translate({43: "-", 47: "_"}).rstrip("=") + "==").decode()
    except ValueError:
        return RENEW


def _app(content: bytes, application_id: str) -> App:
    try:
        found: Any = msgspec.json.decode(content, type=_ServicePrincipal)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise malformed(Service.GRAPH, write=False, detail=str(error)) from error
    if found.appId.lower() != application_id.lower():
        raise malformed(Service.GRAPH, write=False, detail="the answer is about another app")
    return App(
        object_id=found.id,
        application_id=found.appId,
        name=found.displayName or found.appId,
        enabled=found.accountEnabled is not False,
        owner_tenant=found.appOwnerOrganizationId or "",
        publisher=(found.verifiedPublisher.displayName or "") if found.verifiedPublisher else "",
    )
