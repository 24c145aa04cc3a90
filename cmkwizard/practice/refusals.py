"""Refusals of the sign-in that a scenario asks for (Conditional Access, consent, wrong directory), and how they look.

Source of codes, error names and sub-errors: Microsoft Learn, "Microsoft Entra authentication and authorization error
codes"; the Microsoft Authentication Library, its handling of `suberror`. The sentences are the practice cloud's own.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

STAGES = ("sign_in", "page", "consent", "token", "silent")
"""Where a refusal strikes. sign_in: back to the program with an error; page: the person stays before a page that says
so; consent: when Accept is pressed; token: when anything becomes tokens; silent: when a refresh token does."""

# code -> (OAuth error at the token endpoint, the same on the way back from the browser, sub-error, sentence)
_CODES: dict[int, tuple[str, str, str, str]] = {
    16000: (
        "interaction_required",
        "interaction_required",
        "",
        "None of the accounts that fit is known here.",
    ),
    50011: ("invalid_request", "invalid_request", "", "The reply address is not one of the application's."),
    50020: ("invalid_grant", "access_denied", "", "The account does not exist in this directory."),
    50034: ("invalid_grant", "access_denied", "", "The account does not exist in this directory."),
    50058: ("invalid_grant", "login_required", "", "A silent sign-in was asked for and nobody is signed in."),
    50072: ("invalid_grant", "interaction_required", "basic_action", "A second factor has to be set up."),
    50074: ("invalid_grant", "interaction_required", "basic_action", "A second factor is required and was not given."),
    50076: ("invalid_grant", "interaction_required", "basic_action", "Multi-factor authentication is required here."),
    50078: ("invalid_grant", "interaction_required", "basic_action", "The multi-factor authentication has expired."),
    50079: ("invalid_grant", "interaction_required", "basic_action", "Multi-factor authentication has to be set up."),
    50105: ("invalid_grant", "access_denied", "", "The account is not assigned to a role of the application."),
    50194: ("invalid_request", "invalid_request", "", "The application is of one tenant; /common is not supported."),
    53000: ("invalid_grant", "access_denied", "message_only", "The device is not compliant."),
    53001: ("invalid_grant", "access_denied", "message_only", "The device is not joined to the directory."),
    53003: ("invalid_grant", "access_denied", "message_only", "Conditional Access policies block the access."),
    65001: ("invalid_grant", "consent_required", "consent_required", "Nobody has consented to the application."),
    65004: ("access_denied", "access_denied", "", "The user declined to consent."),
    70001: ("unauthorized_client", "unauthorized_client", "", "The application is disabled."),
    70043: ("invalid_grant", "interaction_required", "token_expired", "The sign-in frequency has been reached."),
    90002: ("invalid_request", "invalid_request", "", "There is no such tenant."),
    90038: ("invalid_request", "invalid_request", "", "The tenant belongs to another national cloud."),
    90072: ("invalid_grant", "access_denied", "", "The account of another provider does not exist in this tenant."),
    90094: ("access_denied", "access_denied", "", "An administrator must consent."),
    90095: ("access_denied", "access_denied", "", "An administrator must consent; a request can be sent to one."),
    90130: ("invalid_request", "invalid_request", "", "/common and /consumers are not supported for the application."),
    500011: ("invalid_resource", "invalid_resource", "", "The resource principal was not found in the tenant."),
    500021: ("access_denied", "access_denied", "", "The tenant is restricted by the company's proxy."),
    500022: ("access_denied", "access_denied", "", "Tenant restrictions of the company deny the access."),
    500212: ("access_denied", "access_denied", "", "The home tenant's policy does not allow access to this tenant."),
    500213: ("access_denied", "access_denied", "", "This tenant's cross-tenant policy does not allow the access."),
    530035: ("invalid_grant", "access_denied", "message_only", "Security defaults block the access."),
    650052: ("invalid_client", "invalid_client", "", "The organisation lacks a service that the application needs."),
    700011: ("unauthorized_client", "unauthorized_client", "", "The application was not found in the directory."),
    700016: ("unauthorized_client", "unauthorized_client", "", "The application was not found in the directory."),
    700082: ("invalid_grant", "interaction_required", "", "The refresh token has expired due to inactivity."),
    7000112: ("unauthorized_client", "unauthorized_client", "", "The application is disabled."),
    7000218: ("invalid_client", "invalid_client", "", "The application is no public client."),
    9001023: ("invalid_request", "invalid_request", "", "The grant type is not supported over /common."),
}
_AT_CONSENT = (65004, 90094, 90095)
_BLOCKED_BY_POLICY = (53000, 53001, 53003, 530035)


class Refusal(msgspec.Struct):
    """One refusal and whom it strikes: everybody and everywhere where user and tenant are empty."""

    code: int
    at: tuple[str, ...]
    user: str = ""  # scenario name
    tenant: str = ""  # id
    times: int | None = None  # None: until it is lifted

    @classmethod
    def from_table(cls, table: Mapping[str, Any], tenant: str = "") -> Refusal:
        """Reads `{code, at, user, times}`; code as a number or "AADSTS…", `at` one stage or several.

        Raises KeyError, ValueError for what is unknown.
        """
        if unknown := set(table) - {"code", "at", "user", "tenant", "times"}:
            raise KeyError(*sorted(unknown))
        code = int(str(table["code"]).upper().removeprefix("AADSTS"))
        if code not in _CODES:
            raise ValueError(f"AADSTS{code} is not one of the codes known here")
        usual = ("consent",) if code in _AT_CONSENT else ("sign_in", "silent")
        at = table.get("at", usual)
        stages = (at,) if isinstance(at, str) else tuple(at)
        if unknown := set(stages) - set(STAGES):
            raise ValueError(f"at must be some of {', '.join(STAGES)}, not {', '.join(sorted(unknown))}")
        return cls(code, stages, table.get("user", ""), tenant, table.get("times"))

    def strikes(self, stages: tuple[str, ...], user: str, tenant: str) -> bool:
        """Whether it is meant for this person, in this tenant, at one of these stages."""
        return bool(set(stages) & set(self.at)) and self.user in ("", user) and self.tenant in ("", tenant)

    @property
    def token_error(self) -> str:
        """The OAuth error at the token endpoint."""
        return _CODES[self.code][0]

    @property
    def browser_error(self) -> str:
        """The OAuth error with which the browser is sent back."""
        return _CODES[self.code][1]

    @property
    def more(self) -> dict[str, str]:
        """What else the token endpoint says: the sub-error, and the policy that blocks as a claims request."""
        more = {"suberror": _CODES[self.code][2]} if _CODES[self.code][2] else {}
        if self.code in _BLOCKED_BY_POLICY:
            policy = {"essential": True, "values": ["1a6f0d52-7c3b-4e8a-9d21-5b4c3a2f1e07"]}
            more["claims"] = json.dumps({"access_token": {"capolids": policy}})
        return more

    @property
    def sentence(self) -> str:
        """What it says for people."""
        return _CODES[self.code][3]


def describe_error(number: int, message: str, trace: str, correlation: str, stamp: str) -> str:
    """An error as Entra ID tells it."""
    return f"AADSTS{number}: {message} Trace ID: {trace} Correlation ID: {correlation} Timestamp: {stamp}"


def time_stamp() -> str:
    """The time as Entra ID writes it into its errors."""
    return datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%SZ")
