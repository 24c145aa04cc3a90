"""Adobe's encryption interface: which app to consent to, the submission of the key, and how far it is.

Source: Adobe customer-managed keys, API set-up.
"""

from __future__ import annotations

from urllib.parse import quote

import msgspec
import requests

from cmkwizard.clouds.adobe.sign_in import AdobeSession
from cmkwizard.clouds.errors import malformed
from cmkwizard.clouds.profile import Service
from cmkwizard.clouds.replies import decode
from cmkwizard.core.facts import Configuration, Registration
from cmkwizard.core.identifiers import configuration_name_problem, guid_problem
from cmkwizard.core.problems import Kind, Problem

_BASE = "/data/infrastructure/manager"


class _Registration(msgspec.Struct, rename="camel"):
    application_id: str
    application_redirect_url: str
    name: str = ""


class _ConfigurationKey(msgspec.Struct, rename="camel"):
    key_vault_uri: str = ""
    key_vault_key_identifier: str = ""
    key_name: str = ""


class _Configuration(msgspec.Struct, rename="camel"):
    name: str = ""
    ims_org_id: str = ""
    status: str = ""
    id: str = ""
    config_data: _ConfigurationKey = msgspec.field(default_factory=_ConfigurationKey)


class _Accepted(msgspec.Struct):
    config: _Configuration
    status: str = ""
    id: str = ""


class Encryption:
    """The three documented calls. There is none that lists, changes or deletes."""

    def __init__(self, session: AdobeSession) -> None:
        self._session = session

    @property
    def token_left_s(self) -> float:
        """Seconds for which the token that the calls were made with still serves; 0: there is none."""
        return self._session.token_left_s

    def get_registration(self, region: str = "") -> Registration:
        """Which app the organisation has to consent to; read each time, never remembered.

        ``region`` asks another region than the chosen one.

        Raises:
            Problem: refused, unreachable, or an answer without a proper application id.
        """
        answer = self._session.call("GET", f"{_BASE}/byok/app-registration", region=region)
        found = decode(answer.content, _Registration, Service.PLATFORM)
        if guid_problem(found.application_id):
            raise malformed(Service.PLATFORM, write=False, detail="applicationId")
        return Registration(found.application_id, found.name, found.application_redirect_url)

    def get_configuration(self, name: str) -> Configuration | None:
        """What Adobe holds under this name; None when it holds nothing. Names are case-sensitive.

        Raises:
            Problem: refused, unreachable, or an answer about another organisation.
        """
        _check_name(name)
        path = f"{_BASE}/customer/config/{quote(name, safe='')}?configType=BYOK_CONFIG"
        answer = self._session.call("GET", path, missing_is_good=True)
        if answer.status_code == requests.codes.not_found:
            if answer.content.strip():
                decode(answer.content, dict, Service.PLATFORM)  # a page of somebody in between says nothing
            return None
        found = decode(answer.content, _Configuration, Service.PLATFORM)
        if found.ims_org_id not in ("", self._session.choice.organisation):
            raise malformed(Service.PLATFORM, write=False, detail="imsOrgId")
        return _fact(found, found.status, found.id)

    def submit(self, name: str, key_identifier: str) -> Configuration:
        """Hand the key in. This cannot be taken back. It is sent once, whatever happens.

        Raises:
            Problem: ``UNCLEAR`` when Adobe may have taken it: read :meth:`get_configuration` before anything else.
        """
        _check_name(name)
        body = {
            "name": name,
            "type": "BYOK_CONFIG",
            "imsOrgId": self._session.choice.organisation,
            "configData": {"providerType": "AZURE_KEYVAULT", "keyVaultKeyIdentifier": key_identifier},
        }
        answer = self._session.call("POST", f"{_BASE}/customer/config", body=body)
        taken = decode(answer.content, _Accepted, Service.PLATFORM, write=True)
        return _fact(taken.config, taken.status or taken.config.status, taken.id)


def _check_name(name: str) -> None:
    if problem := configuration_name_problem(name):
        raise Problem(Kind.INVALID, problem, "Choose another name.")


def _fact(found: _Configuration, status: str, identifier: str) -> Configuration:
    key = found.config_data
    return Configuration(
        name=found.name,
        status=status,
        organisation=found.ims_org_id,
        vault_uri=key.key_vault_uri,
        key_name=key.key_name,
        id=identifier,
        key_identifier=key.key_vault_key_identifier,
    )
