"""A client that speaks to a practice cloud as the product does: over HTTPS, with requests."""

from __future__ import annotations

import secrets
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import requests

from cmkwizard.practice.cloud import PracticeCloud
from cmkwizard.practice.person import Form, _Page
from cmkwizard.practice.signin import s256
from tests.practice.azure_support import AZURE_CLI, LoopbackAdapter

ARM_SCOPE = "https://management.azure.com/.default"
REDIRECT = "http://localhost:8400"
MANAGER = "/data/infrastructure/manager"


class Client:
    """Everything a test asks of one practice cloud."""

    def __init__(self, cloud: PracticeCloud) -> None:
        self.cloud = cloud
        self.world = cloud.world
        self.ready = cloud.ready
        self.profile: dict[str, Any] = self.ready["profile"]
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.mount("https://", LoopbackAdapter())
        self.session.verify = str(cloud.ca_file)

    def send(self, method: str, address: str, **options: Any) -> requests.Response:
        """One request; a path belongs to the HTTPS port. Redirects are not followed."""
        address = address if "://" in address else self.profile["authority"] + address
        return self.session.request(method, address, timeout=60, allow_redirects=False, **options)

    # Control

    def control(self, method: str, path: str, body: Any = None, token: str | None = None) -> requests.Response:
        headers = {"Authorization": f"Bearer {token or self.ready['control_token']}"}
        return self.send(method, self.ready["control"] + path, json=body, headers=headers)

    def fault(self, fault: str, **table: Any) -> None:
        reply = self.control("POST", "/faults", {"fault": fault, **table})
        assert reply.status_code == 201, reply.text

    def log(self, since: int = 0) -> list[dict[str, Any]]:
        entries: list[dict[str, Any]] = self.control("GET", f"/log?since={since}").json()
        return entries

    def state(self) -> dict[str, Any]:
        state: dict[str, Any] = self.control("GET", "/state").json()
        return state

    def advance(self, seconds: float) -> None:
        assert self.control("POST", "/clock", {"advance_s": seconds}).status_code == 200

    # Entra ID

    def authorize(self, *, tenant: str = "organizations", verifier: str = "", **query: str) -> requests.Response:
        asked = {
            "client_id": AZURE_CLI,
            "response_type": "code",
            "redirect_uri": REDIRECT,
            "scope": f"{ARM_SCOPE} openid profile offline_access",
            "state": "the-state",
            "prompt": "select_account",
            "code_challenge": s256(verifier),
            "code_challenge_method": "S256",
            **query,
        }
        return self.send("GET", f"/{tenant}/oauth2/v2.0/authorize", params={k: v for k, v in asked.items() if v})

    def press(self, page: requests.Response, **button: str) -> requests.Response:
        """Sends the page's form with a button."""
        form = only_form(page)
        origin = page.url[: page.url.index("/", 8)]
        return self.send("POST", origin + form.action, data={**form.fields, **button})

    def code(self, user: str = "alice", *, verifier: str, **query: str) -> str:
        """An authorisation code, obtained through the pages."""
        upn = self.world.directory.users[user].upn
        back = self.press(self.authorize(verifier=verifier, **query), user=upn)
        return location(back)["code"]

    def redeem(self, code: str, verifier: str, *, tenant: str = "organizations", **form: str) -> requests.Response:
        return self.token(
            tenant=tenant,
            **{
                "grant_type": "authorization_code",
                "client_id": AZURE_CLI,
                "code": code,
                "redirect_uri": REDIRECT,
                "code_verifier": verifier,
                "client_info": "1",
                **form,
            },
        )

    def token(self, *, tenant: str = "organizations", **form: str) -> requests.Response:
        return self.send("POST", f"/{tenant}/oauth2/v2.0/token", data=form)

    def sign_in(self, user: str = "alice", **query: str) -> dict[str, Any]:
        """All tokens of a person, obtained through the pages."""
        verifier = secrets.token_urlsafe(48)
        reply = self.redeem(self.code(user, verifier=verifier, **query), verifier)
        assert reply.status_code == 200, reply.text
        tokens: dict[str, Any] = reply.json()
        return tokens

    def subscriptions(self, access_token: str) -> requests.Response:
        """A call to Resource Manager."""
        headers = {"Authorization": f"Bearer {access_token}"}
        return self.send("GET", "/subscriptions?api-version=2022-12-01", headers=headers)

    # Adobe

    def ims(self, **form: str) -> requests.Response:
        adobe = self.ready["adobe"]
        asked = {
            "grant_type": "client_credentials",
            "client_id": adobe["client_id"],
            "client_secret": adobe["client_secret"],
            "scope": "openid,session,AdobeID",
            **form,
        }
        return self.send("POST", self.profile["ims"] + "/token/v3", data=asked)

    def adobe_headers(self, **changed: str | None) -> dict[str, str]:
        headers: dict[str, str | None] = {
            "Authorization": f"Bearer {self.ims().json()['access_token']}",
            "x-api-key": "acp_provisioning",
            "x-gw-ims-org-id": self.ready["adobe"]["organisation"],
        }
        headers |= {name.replace("_", "-"): value for name, value in changed.items()}
        return {name: value for name, value in headers.items() if value is not None}

    def platform(self, method: str, path: str, *, region: str = "VA7", **options: Any) -> requests.Response:
        options.setdefault("headers", self.adobe_headers())
        return self.send(method, self.profile["platform"][region] + MANAGER + path, **options)


def only_form(page: requests.Response) -> Form:
    forms = _Page(page.text).forms
    assert len(forms) == 1, page.text
    return forms[0]


def location(reply: requests.Response) -> dict[str, str]:
    """The parameters with which the browser is sent back."""
    assert reply.status_code == 302, reply.text
    return dict(parse_qsl(urlsplit(reply.headers["Location"]).query))
