"""Adobe's services: IMS, which gives out tokens, and the provisioning interface of Experience Platform.

Sources: Adobe Developer, server-to-server authentication; Adobe Experience Platform, customer-managed keys, API set-up;
Adobe Experience Platform, troubleshooting (gateway errors).
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from cmkwizard.practice.principal import Principal, TokenRefused
from cmkwizard.practice.provisioning import KEY_IDENTIFIER, TOKEN_LIFE_S, Configuration
from cmkwizard.practice.web import BadBody, Call, Refused, Reply, Route, Surface, bearer

API_KEY = "acp_provisioning"
_ORGANISATION = re.compile(r"[0-9A-F]{24}@AdobeOrg")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._ -]{0,99}")


class ImsSurface(Surface):
    """Adobe's identity service: client credentials for tokens."""

    name = "ims"

    def routes(self) -> Sequence[Route]:
        """The token address, with the path of the real host and with that of the profile."""
        return (Route("POST", r"(?:/ims)?/token/v[23]", self.token),)

    def error(self, status: int, code: str, message: str, **more: Any) -> Reply:
        """OAuth style."""
        return Reply(status, {"error": code, "error_description": message})

    def unauthorised(self, call: Call, refusal: TokenRefused) -> Reply:
        """IMS takes no tokens; its own refusal of a client."""
        return self.error(401, "invalid_client", refusal.message)

    def token(self, call: Call) -> Reply:
        """Client credentials become a token that lives a day."""
        adobe = call.world.adobe
        if not call.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
            return self.error(400, "invalid_request", "content type must be application/x-www-form-urlencoded")
        form = call.form()
        if form.get("grant_type") != "client_credentials":
            return self.error(400, "unsupported_grant_type", "grant_type must be client_credentials")
        for name in ("client_id", "client_secret", "scope"):
            if not form.get(name):
                return self.error(400, "invalid_request", f"missing {name} parameter")
        if form["client_id"] != adobe.client_id:
            return self.error(400, "invalid_client", "invalid client_id parameter")
        if not secrets.compare_digest(form["client_secret"].encode(), adobe.client_secret.encode()):
            return self.error(401, "invalid_client", "invalid client_secret parameter")
        asked = {each for each in re.split(r"[,\s]+", form["scope"]) if each}
        if unknown := asked - set(adobe.scopes):
            return self.error(400, "invalid_scope", f"not on this credential: {', '.join(sorted(unknown))}")
        body = {"access_token": adobe.issue_token(), "token_type": "bearer", "expires_in": TOKEN_LIFE_S}
        return Reply(200, body, principal=adobe.client_id)


class PlatformSurface(Surface):
    """Experience Platform: which application to admit, the hand-in of a key, and how far the job is."""

    name = "platform"

    def routes(self) -> Sequence[Route]:
        """The three documented calls."""
        base = r"/data/infrastructure/manager"
        return (
            Route("GET", rf"{base}/byok/app-registration", self.app_registration),
            Route("POST", rf"{base}/customer/config", self.create),
            Route("GET", rf"{base}/customer/config/(?P<name>[^/]+)", self.show),
        )

    def error(self, status: int, code: str, message: str, **more: Any) -> Reply:
        """The gateway's shape for numeric codes, the problem shape of the service behind it for all others."""
        if code.isdigit():
            return Reply(status, {"error_code": code, "message": message})
        body = {"type": f"http://ns.adobe.com/aep/errors/{code}", "status": status, "title": code, "detail": message}
        return Reply(status, body, {"Content-Type": "application/problem+json"})

    def unauthorised(self, call: Call, refusal: TokenRefused) -> Reply:
        """The gateway's refusal of a token."""
        if refusal.reason == "missing":
            return self.error(403, "403010", "Oauth token is missing")
        return self.error(401, "401013", "Oauth token is not valid")

    def authorise(self, call: Call) -> Principal:
        """Checks token, API key and organisation in the gateway's order. Raises TokenRefused, Refused."""
        adobe = call.world.adobe
        if wait := adobe.over_limit():
            reply = self.error(429, "429050", "Too many requests")
            reply.headers["Retry-After"] = f"{wait:g}"
            raise Refused(reply)
        adobe.check_token(bearer(call))
        api_key, organisation = call.headers.get("x-api-key"), call.headers.get("x-gw-ims-org-id")
        if not api_key:
            raise Refused(self.error(403, "403000", "Api Key is required"))
        if api_key != API_KEY:
            raise Refused(self.error(403, "403003", "Api Key is invalid"))
        if not organisation:
            raise Refused(self.error(400, "400003", "Missing header: x-gw-ims-org-id"))
        malformed = _ORGANISATION.fullmatch(organisation) is None
        if malformed or not adobe.product_profile or call.region != adobe.region:
            raise Refused(self.error(403, "403027", "User region is missing"))
        if organisation != adobe.organisation:
            raise Refused(self.error(403, "403025", "Profile is not valid"))
        if not adobe.permission:
            message = "The credential does not hold the permission to manage customer managed keys."
            raise Refused(self.error(403, "ForbiddenError", message))
        return Principal(organisation, adobe.client_id, "ServicePrincipal", adobe.client_id, adobe.client_id)

    def app_registration(self, call: Call) -> Reply:
        """Which application the customer must admit, and the address at which that is done."""
        adobe, naming = call.world.adobe, call.naming
        redirect = (
            f"{naming.login}/common/oauth2/authorize?response_type=code&client_id={adobe.app_id}"
            f"&redirect_uri={quote(naming.landing, safe=':/')}&scope=user.read"
        )
        body = {
            "id": "byok",
            "name": adobe.app_name,
            "applicationUri": f"https://adobe.com/{adobe.app_name}",
            "applicationId": adobe.app_id,
            "applicationRedirectUrl": redirect,
        }
        return Reply(200, body)

    def create(self, call: Call) -> Reply:
        """Takes a key; one per organisation, and only after a failure another one."""
        adobe = call.world.adobe
        name, key = self._read(call)
        others = [each for each in adobe.configurations.values() if adobe.status(each) != "FAILED"]
        if others:
            message = f"The organisation already has the configuration {others[0].name}."
            return self.error(409, "ConflictError", message)
        configuration = Configuration(
            secrets.token_hex(12),
            name,
            key["vault"],
            key["key"],
            key["version"],
            call.world.clock.now(),
            hsm="." + key["suffix"].lower() == call.naming.hsm_suffix,
        )
        adobe.configurations[name] = configuration
        body = {
            "id": configuration.id,
            "config": {
                "configData": _key_values(call, configuration),
                "name": name,
                "type": "BYOK_CONFIG",
                "imsOrgId": adobe.organisation,
                "status": "NEW",
            },
            "status": "CREATED",
        }
        return Reply(200, body, applied="configuration.create")

    def _read(self, call: Call) -> tuple[str, Mapping[str, str]]:
        """Name and key identifier (vault, key, version) of a hand-in. Raises Refused with what is wrong."""
        if call.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
            raise Refused(self.error(400, "BadRequestError", "A valid content-type must be specified"))
        try:
            body = call.json()
            key = self._key_of(body, call)
        except BadBody as problem:
            raise Refused(self.error(400, "BadRequestError", str(problem))) from None
        return body["name"], key

    def _key_of(self, body: Any, call: Call) -> Mapping[str, str]:
        """The key identifier of a hand-in, taken apart. Raises BadBody for anything that is not as documented."""
        if not isinstance(body, dict) or set(body) != {"name", "type", "imsOrgId", "configData"}:
            raise BadBody("the body must have exactly name, type, imsOrgId and configData")
        if not isinstance(body["name"], str) or not _NAME.fullmatch(body["name"]):
            raise BadBody("name must be a text of at most 100 letters, digits, spaces, dots, hyphens and underscores")
        if body["type"] != "BYOK_CONFIG":
            raise BadBody("type must be BYOK_CONFIG")
        if body["imsOrgId"] != call.headers["x-gw-ims-org-id"]:
            raise BadBody("imsOrgId must equal the header x-gw-ims-org-id")
        config = body["configData"]
        if not isinstance(config, dict) or set(config) != {"providerType", "keyVaultKeyIdentifier"}:
            raise BadBody("configData must have exactly providerType and keyVaultKeyIdentifier")
        if config["providerType"] != "AZURE_KEYVAULT":
            raise BadBody("providerType must be AZURE_KEYVAULT")
        identifier = config["keyVaultKeyIdentifier"]
        match = KEY_IDENTIFIER.fullmatch(identifier) if isinstance(identifier, str) else None
        suffixes = (call.naming.vault_suffix, call.naming.hsm_suffix)
        if match is None or "." + match["suffix"].lower() not in suffixes:
            raise BadBody("keyVaultKeyIdentifier must be the full address of a key with its version")
        return match.groupdict()

    def show(self, call: Call, name: str) -> Reply:
        """How far the job of a configuration is."""
        adobe = call.world.adobe
        if call.query.get("configType") != "BYOK_CONFIG":
            return self.error(400, "BadRequestError", "configType must be BYOK_CONFIG")
        configuration = adobe.find(name)
        if configuration is None:
            return self.error(404, "NotFoundError", f"There is no configuration named {name}.")
        vault = adobe.vault_of(configuration)
        quirk = {"keyVersion": adobe.quirks.key_version} if adobe.quirks.key_version else {}
        body = {
            "name": adobe.app_name if adobe.quirks.name == "application" else configuration.name,
            "type": "BYOK_CONFIG",
            "status": adobe.status(configuration),
            "configData": _key_values(call, configuration) | quirk,
            "imsOrgId": adobe.organisation,
            "subscriptionId": adobe.quirks.subscription_id or (vault.subscription if vault else "undefined"),
            "id": configuration.id,
            "rowType": "BYOK_KEY",
        }
        return Reply(200, body)


def _key_values(call: Call, configuration: Configuration) -> dict[str, str]:
    suffix = call.naming.hsm_suffix if configuration.hsm else call.naming.vault_suffix
    uri = f"https://{configuration.vault}{suffix}"
    return {
        "keyVaultUri": uri,
        "keyVaultKeyIdentifier": f"{uri}/keys/{configuration.key}/{configuration.version}",
        "keyVersion": configuration.version,
        "keyName": configuration.key,
        "providerType": "AZURE_KEYVAULT",
    }
