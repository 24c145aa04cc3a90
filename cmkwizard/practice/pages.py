"""The pages a person sees in the browser: signing in, consent, device codes, and where the consent ends."""

from __future__ import annotations

import re
import secrets
import uuid
from collections.abc import Sequence
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import urlencode, urlsplit

from cmkwizard.practice.grants import ANY_TENANT, GrantRefused, find_application, find_tenant
from cmkwizard.practice.html import render
from cmkwizard.practice.identities import Application, Tenant, User
from cmkwizard.practice.naming import LOGIN_HOST, REAL_NAMES, loopback_names
from cmkwizard.practice.principal import TokenRefused
from cmkwizard.practice.refusals import describe_error, time_stamp
from cmkwizard.practice.signin import Interaction
from cmkwizard.practice.user_claims import client_info
from cmkwizard.practice.web import Call, Refused, Reply, Route, Surface

LANDING = "landing"  # in an application's redirect addresses: the page where Adobe's consent ends


class PagesSurface(Surface):
    """Everything interactive; served on the HTTPS port and, alone, on the plain-http port for browsers."""

    name = "entra"

    def routes(self) -> Sequence[Route]:
        """The real addresses where there are such."""
        return (
            Route("GET", r"/(?P<tenant>[^/]+)/oauth2(?P<version>/v2\.0)?/authorize", self.authorize),
            Route("POST", r"/[^/]+/login", self.sign_in),
            Route("POST", r"/[^/]+/consent", self.consent),
            Route("GET", r"/(?P<tenant>[^/]+)(?:/v2\.0)?/adminconsent", self.admin_consent),
            Route("*", r"/[^/]+/oauth2/deviceauth", self.device),
            Route("GET", r"/[^/]+/oauth2(?:/v2\.0)?/logout", self.sign_out),
            Route("GET", r"/(?:experience)?", self.landing),
        )

    def error(self, status: int, code: str, message: str, **more: Any) -> Reply:
        """A page that says what is wrong."""
        number = more.get("number")
        return render("message.html", status=status, title="Sign-in did not work", text=message, code=number or code)

    def unauthorised(self, call: Call, refusal: TokenRefused) -> Reply:
        """Pages take no bearer tokens."""
        return self.error(401, "invalid_token", refusal.message)

    def authorize(self, call: Call, tenant: str, version: str | None) -> Reply:
        """The first address of every sign-in and of the consent for Adobe's application."""
        request = dict(call.query)
        application = self._checked(call, tenant, request)
        problem = _protocol_problem(request, application, 2 if version else 1)
        interaction = call.world.directory.sign_ins.begin(request, tenant, 2 if version else 1)
        if problem:
            return self._refuse(call, interaction, "invalid_request", *problem)
        session = call.world.directory.sign_ins.sessions.get(_session_cookie(call))
        prompt = request.get("prompt", "")
        if session and prompt != "select_account" and session.serves(request, call.world.clock.wall()):
            interaction.auth_time = session.auth_time
            return self._proceed(call, interaction, session.user)
        if prompt == "none":
            return self._refuse(call, interaction, "login_required", 50058, "Nobody is signed in.")
        return self._sign_in_page(call, interaction, application)

    def _checked(self, call: Call, tenant: str, request: dict[str, str]) -> Application:
        """The application that asks. Raises Refused with a page: nothing may be sent to an unproven address."""
        try:
            find_tenant(call, tenant)
            application = find_application(call, request.get("client_id", ""))
        except GrantRefused as refused:
            raise Refused(self.error(400, refused.error, refused.message, number=refused.number)) from None
        address = request.get("redirect_uri", "")
        if not _is_registered(call, application, address):
            message = f"The redirect address '{address}' is not one of those registered for {application.name}."
            raise Refused(self.error(400, "invalid_request", message, number=50011))
        return application

    def _sign_in_page(self, call: Call, interaction: Interaction, application: Application) -> Reply:
        users = list(call.world.directory.users.values())
        hint = interaction.request.get("login_hint", "").lower()
        users.sort(key=lambda user: user.upn.lower() != hint)
        tenants = {tenant.id: tenant.name for tenant in call.world.directory.tenants.values()}
        return render(
            "sign_in.html", application=application, users=users, hint=hint, interaction=interaction, tenants=tenants
        )

    def sign_in(self, call: Call) -> Reply:
        """A person pressed a button of the sign-in page."""
        form = call.form()
        interaction = self._interaction(call, form)
        if "cancel" in form:
            return self._refuse(call, interaction, "access_denied", 50126, "The sign-in was cancelled.")
        user = call.world.directory.user_named(form.get("user", ""))
        if user is None:
            return self.error(400, "invalid_request", "There is no such user.", number=50034)
        sign_ins, cookie = call.world.directory.sign_ins, _session_cookie(call)
        session, now = sign_ins.sessions.get(cookie), sign_ins.clock.wall()
        if session is None or session.user is not user or not session.serves(interaction.request, now):
            cookie = sign_ins.open_session(user)  # the person enters a password, or what takes its place
        interaction.auth_time = sign_ins.sessions[cookie].auth_time
        reply = self._proceed(call, interaction, user)
        reply.headers["Set-Cookie"] = f"{_cookie_name(call)}={cookie}; Path=/; HttpOnly; SameSite=Lax"
        reply.principal = user.upn
        return reply

    def _proceed(self, call: Call, interaction: Interaction, user: User) -> Reply:
        """The person is known: settle the tenant, ask for consent where it is missing, else finish."""
        directory, interaction.user = call.world.directory, user
        any_tenant = interaction.tenant.lower() in ANY_TENANT
        interaction.tenant_id = user.home if any_tenant else directory.tenant_id(interaction.tenant)
        tenant = directory.tenants[interaction.tenant_id]
        if tenant.id not in user.object_ids:
            message = f"The account {user.upn} does not exist in the directory {tenant.name}."
            return self.error(400, "access_denied", message, number=50020)
        if refusal := directory.take_refusal(("page",), user, tenant.id):
            return self.error(400, refusal.browser_error, refusal.sentence, number=refusal.code)
        if refusal := directory.take_refusal(("sign_in",), user, tenant.id):
            return self._refuse(call, interaction, refusal.browser_error, refusal.code, refusal.sentence)
        application = directory.applications[interaction.request["client_id"].lower()]
        principal = directory.service_principal(tenant.id, application.app_id)
        settled = application.first_party or (principal is not None and principal.consented)
        if interaction.device_code:
            return render("device_confirm.html", application=application, interaction=interaction, user=user)
        if settled and interaction.request.get("prompt") != "consent":
            return self._finish(call, interaction, user)
        if not user.may_consent(tenant):
            return self._approval_page(interaction, application, tenant, user)
        publisher = directory.tenants.get(application.owner)
        return render(
            "consent.html",
            application=application,
            interaction=interaction,
            tenant=tenant,
            user=user,
            publisher_domain=publisher.domain if publisher else "",
        )

    def _approval_page(self, interaction: Interaction, application: Application, tenant: Tenant, user: User) -> Reply:
        return render(
            "approval.html", application=application, interaction=interaction, tenant=tenant, user=user, code=90094
        )

    def consent(self, call: Call) -> Reply:
        """A person pressed Accept or Cancel."""
        form = call.form()
        interaction = self._interaction(call, form)
        user, directory = interaction.user, call.world.directory
        if user is None:
            return self.error(400, "invalid_request", "Sign in first.", number=50058)
        tenant = directory.tenants[interaction.tenant_id]
        if interaction.device_code:
            return self._finish_device(call, interaction, accepted=form.get("decision") == "accept")
        if form.get("decision") != "accept":
            blocked = not user.may_consent(tenant)
            number, text = (90094, "An administrator must consent.") if blocked else (65004, "The user declined.")
            return self._refuse(call, interaction, "access_denied", number, text)
        if not user.may_consent(tenant):
            return self.error(403, "access_denied", "Only an administrator may consent.", number=90094)
        if refusal := directory.take_refusal(("consent",), user, tenant.id):
            return self._refuse(call, interaction, refusal.browser_error, refusal.code, refusal.sentence)
        app_id = interaction.request["client_id"].lower()
        principal = directory.service_principal(tenant.id, app_id)
        if principal is None:
            directory.create_service_principal(tenant.id, app_id, consented=True)
        else:
            principal.consented = True
        reply = self._finish(call, interaction, user)
        reply.applied, reply.principal = "consent.grant", user.upn
        return reply

    def _interaction(self, call: Call, form: dict[str, str]) -> Interaction:
        found = call.world.directory.sign_ins.interactions.get(form.get("interaction", ""))
        if found is None:
            message = "This page is no longer valid. Go back to the program and start the sign-in again."
            raise Refused(self.error(400, "invalid_request", message, number=165000))
        return found

    def _finish(self, call: Call, interaction: Interaction, user: User) -> Reply:
        """Back to the application, with a code."""
        call.world.directory.sign_ins.end(interaction)
        values = {"code": call.world.directory.sign_ins.grant_code(interaction, user)}
        if interaction.request.get("client_info"):
            values["client_info"] = client_info(user)
        values["session_state"] = secrets.token_hex(16)
        return _back(call, interaction, values)

    def _refuse(self, call: Call, interaction: Interaction, error: str, number: int, text: str) -> Reply:
        """Back to the application, with an error."""
        call.world.directory.sign_ins.end(interaction)
        trace, correlation = str(uuid.uuid4()), interaction.request.get("client-request-id") or str(uuid.uuid4())
        values = {
            "error": error,
            "error_description": describe_error(number, text, trace, correlation, time_stamp()),
            "error_uri": f"https://{LOGIN_HOST}/error?code={number}",
        }
        if error == "access_denied":
            values["error_subcode"] = "cancel"
        return _back(call, interaction, values)

    def admin_consent(self, call: Call, tenant: str) -> Reply:
        """The address with which an administrator consents for the whole organisation."""
        request = {**call.query, "prompt": "consent", "max_age": ""}
        self._checked(call, tenant, request)
        interaction = call.world.directory.sign_ins.begin(request, tenant, 2)
        return self._sign_in_page(call, interaction, find_application(call, request["client_id"]))

    def device(self, call: Call) -> Reply:
        """Where the code of another device is typed in."""
        if call.method != "POST":
            return render("device.html", code=call.query.get("otc", ""), problem="")
        found = call.world.directory.sign_ins.device_grant(call.form().get("code", "").strip())
        if found is None:
            problem = "That code is not known or no longer valid. Check it and try again."
            return render("device.html", status=400, code="", problem=problem)
        request = {"client_id": found.client_id, "redirect_uri": ""}
        interaction = call.world.directory.sign_ins.begin(request, found.tenant, 2)
        interaction.device_code = found.user_code
        return self._sign_in_page(call, interaction, call.world.directory.applications[found.client_id])

    def _finish_device(self, call: Call, interaction: Interaction, *, accepted: bool) -> Reply:
        sign_ins = call.world.directory.sign_ins
        sign_ins.end(interaction)
        found = sign_ins.device_grant(interaction.device_code)
        if found is None:
            return self.error(400, "expired_token", "The code has expired.", number=70020)
        if not accepted:
            found.declined = True
            return render("message.html", title="Nothing was signed in", text="You can close this page.", code="")
        found.user, found.tenant_id = interaction.user, interaction.tenant_id
        return render("message.html", title="You are signed in on the other device", text="You can close this page.")

    def sign_out(self, call: Call) -> Reply:
        """Ends the browser session."""
        call.world.directory.sign_ins.sessions.pop(_session_cookie(call), None)
        return render("message.html", title="You are signed out", text="You can close this page.")

    def landing(self, call: Call) -> Reply:
        """Where Adobe's consent ends: a stand-in for Experience Cloud, which tells nothing to the wizard either."""
        declined = call.query.get("error")
        return render("landing.html", declined=declined, description=call.query.get("error_description", ""))


def _protocol_problem(request: dict[str, str], application: Application, version: int) -> tuple[int, str] | None:
    if request.get("response_type") != "code":
        return 900144, "response_type must be code."
    if request.get("response_mode", "query") not in ("query", "fragment", "form_post"):
        return 90008, "response_mode must be query, fragment or form_post."
    if not re.fullmatch("[0-9]{0,9}", request.get("max_age", "")):
        return 900144, "max_age must be a number of seconds."
    if version == 2 and application.public:
        if not request.get("code_challenge"):
            return 9002325, "Proof Key for Code Exchange is required for this client."
        if request.get("code_challenge_method") != "S256":
            return 501491, "code_challenge_method must be S256."
    return None


def _is_registered(call: Call, application: Application, address: str) -> bool:
    """Whether a redirect address is registered: exactly, but with any port on loopback names."""
    if LANDING in application.redirect_uris:
        names = (REAL_NAMES, loopback_names(call.world.port))
        ours = {each.landing for each in names} | {_browser_landing(call)}
        if address.rstrip("/") in ours:
            return True
    parts = urlsplit(address)
    if parts.scheme == "http" and parts.hostname in ("localhost", "127.0.0.1"):
        address = f"http://{parts.hostname}{parts.path.rstrip('/')}"
    return bool(address) and address in application.redirect_uris


def _back(call: Call, interaction: Interaction, values: dict[str, str]) -> Reply:
    """Sends the browser back to the application the way it asked for."""
    request = interaction.request
    address = request.get("redirect_uri", "")
    if not address:
        return render("message.html", title="The sign-in ended", text=values.get("error_description", ""))
    ours = loopback_names(call.world.port).landing
    if not call.real_names and address.rstrip("/") == REAL_NAMES.landing:
        address = ours  # a consent address that names Experience Cloud itself never leads out of this machine
    if call.browser and address == ours:
        address = _browser_landing(call)  # so that the browser meets no certificate warning
    if "state" in request:
        values["state"] = request["state"]
    mode = request.get("response_mode", "query")
    if mode == "form_post":
        return render("form_post.html", address=address, values=values)
    separator = "#" if mode == "fragment" else "&" if urlsplit(address).query else "?"
    return Reply(302, None, {"Location": f"{address}{separator}{urlencode(values)}"})


def _browser_landing(call: Call) -> str:
    return f"http://localhost:{call.world.browser_port}/experience"


def _cookie_name(call: Call) -> str:
    """Cookies do not know ports, so the name does: several practice clouds share one browser."""
    return f"practice_session_{call.world.port}"


def _session_cookie(call: Call) -> str:
    try:
        found = SimpleCookie(call.headers.get("cookie", "")).get(_cookie_name(call))
    except CookieError:
        return ""
    return found.value if found else ""
