"""The directory (Microsoft Entra ID), read through Microsoft Graph. Nothing is ever written there."""

from __future__ import annotations

import base64
import re
from collections.abc import Collection, Mapping
from typing import Any, TypeVar
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

T = TypeVar("T")

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


class _DirectoryRole(msgspec.Struct):
    roleTemplateId: str  # noqa: N815 - Graph's name


class _DirectoryRoles(msgspec.Struct):
    value: list[_DirectoryRole]


class _Myself(msgspec.Struct):
    userPrincipalName: str | None = None  # noqa: N815 - Graph's name
    mail: str | None = None
    otherMails: list[str] = []  # noqa: N815
    proxyAddresses: list[str] = []  # noqa: N815


class _Object(msgspec.Struct):
    id: str


class _Objects(msgspec.Struct):
    value: list[_Object]


class Directory:
    """Each method sends one request (one more where the token had to be renewed) and raises Problem."""

    def __init__(self, connection: AzureConnection) -> None:
        self._connection = connection

    def get_app(self, application_id: str) -> App | None:
        """Read an app of the directory by its application id, never by its name; None when it is not there (yet)."""
        if not GUID.fullmatch(application_id):
            raise Problem(Kind.INVALID, "An application id is a GUID.", "Read the app's registration from Adobe again.")
        path = f"/v1.0/servicePrincipals(appId='{quote(application_id)}')"
        try:
            answer = self._ask(path, _FIELDS)
        except Problem as problem:
            if problem.reference.code == _ABSENT:
                return None
            if problem.kind is Kind.NOT_FOUND:
                raise malformed(Service.GRAPH, write=False, detail="404 that is not Graph's") from problem
            raise
        return _app(answer, application_id)

    def list_own_roles(self) -> list[str]:
        """List the template ids of the directory roles that the signed-in account holds, through groups as well.

        Source: Microsoft Graph, list a user's memberships (transitive), cast to ``directoryRole``.
        """
        answer = self._ask("/v1.0/me/transitiveMemberOf/microsoft.graph.directoryRole", "roleTemplateId")
        return [each.roleTemplateId for each in _decoded(answer, _DirectoryRoles).value]

    def list_own_addresses(self) -> list[str]:
        """List the names and mail addresses of the signed-in account, aliases included (as ``smtp:…``).

        Source: Microsoft Graph, get a user (``me``), properties of the resource type ``user``.
        """
        answer = self._ask("/v1.0/me", "userPrincipalName,mail,otherMails,proxyAddresses")
        found = _decoded(answer, _Myself)
        names = (found.userPrincipalName, found.mail, *found.otherMails, *found.proxyAddresses)
        return [each for each in names if each]

    def list_known(self, object_ids: Collection[str]) -> list[str]:
        """List which of these object ids (up to 1000) the directory knows.

        Source: Microsoft Graph, ``directoryObjects/getByIds``: what is not there is left out of the answer.
        """
        answer = self._ask("/v1.0/directoryObjects/getByIds", "id", {"ids": list(object_ids)})
        return [each.id for each in _decoded(answer, _Objects).value]

    def _ask(self, path: str, fields: str, body: Mapping[str, Any] | None = None) -> bytes:
        """The body of a good answer; raises Problem."""
        answer = self._send(path, fields, None, body)
        if answer.status_code == requests.codes.unauthorized:
            answer = self._send(path, fields, _claims(answer.headers.get("WWW-Authenticate", "")), body)
        if answer.status_code != requests.codes.ok:
            refusal = refusal_of(answer.status_code, answer.headers, answer.content)
            raise problem_of_refusal(refusal, Service.GRAPH, write=False)
        return answer.content

    def _send(self, path: str, fields: str, claims: str | None, body: Mapping[str, Any] | None) -> requests.Response:
        with translating(Service.GRAPH, write=False):
            return self._connection.ask_graph(path, fields, claims, body)


def _claims(challenge: str) -> str:
    """The claims that a refusal asks for in a new token."""
    wanted = re.search(r'claims="([A-Za-z0-9+/_=-]+)"', challenge)
    if wanted is None:
        return RENEW
    try:
        return base64.urlsafe_b64decode(wanted[1].translate({43: "-", 47: "_"}).rstrip("=") + "==").decode()
    except ValueError:
        return RENEW


def _decoded(content: bytes, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(content, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise malformed(Service.GRAPH, write=False, detail=str(error)) from error


def _app(content: bytes, application_id: str) -> App:
    found = _decoded(content, _ServicePrincipal)
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
