"""The border: what network and SDK raise becomes a Problem, by type and code alone, never by prose."""

from __future__ import annotations

import contextlib
import logging
import sys
from collections.abc import Iterator
from typing import Any

import requests

from cmkwizard.clouds.azure.loading import LOADING
from cmkwizard.clouds.profile import Service
from cmkwizard.clouds.refusals import Refusal, refusal_of
from cmkwizard.clouds.wire import READS, Reason, WireError, causes
from cmkwizard.core.people import ADOBE_ADMINISTRATOR, NETWORK_ADMINISTRATOR, YOU
from cmkwizard.core.problems import Cancelled, Kind, Problem, Reference
from cmkwizard.core.redact import redact, safe_line
from cmkwizard.core.remedies.adobe import ADOBE_FAILED
from cmkwizard.core.remedies.computer import CERTIFICATE
from cmkwizard.core.remedies.key_vault import WRONG_CHALLENGE
from cmkwizard.core.remedies.naming import with_names
from cmkwizard.core.remedies.row import Remedy
from cmkwizard.core.remedies.table import REMEDIES, message_code, remedy_for, wait_words
from cmkwizard.core.support_ids import support_ids

_log = logging.getLogger(__name__)


@contextlib.contextmanager
def translating(service: Service, *, write: bool | None = None) -> Iterator[None]:
    """Turn everything that a client of ``service`` raises inside the block into a Problem.

    ``write`` says whether the call changes something; by default its method says so (token requests are reads). A write
    that may have left without a clear answer becomes ``UNCLEAR``; one that provably did not leave becomes
    ``UNREACHABLE``. Problems and cancellations pass unchanged, as do errors of our own making.

    Raises:
        Problem: in place of any exception of network, SDK or decoder.
    """
    earlier = sys.exception()
    try:
        yield
    except (Problem, Cancelled):
        raise
    except Exception as error:
        problem = problem_of(error, service, write=write, earlier=earlier)
        if problem is None:
            raise
        raise problem from error


def problem_of(
    error: Exception, service: Service, *, write: bool | None = None, earlier: BaseException | None = None
) -> Problem | None:
    """The Problem that ``error`` amounts to; None for an exception that is not the network's or an SDK's.

    ``earlier`` is what was being dealt with when the call began; it says nothing about this error.
    """
    with LOADING:
        from azure.core.exceptions import AzureError, ClientAuthenticationError, DecodeError, HttpResponseError

    for each in causes(error, earlier):
        if isinstance(each, Problem):
            return each
        if isinstance(each, WireError):
            return _of_wire(each, service, write=write)
    if isinstance(error, DecodeError):
        return malformed(service, write=bool(_is_write(error.response, service, write)))
    if isinstance(error, requests.HTTPError) and error.response is not None:
        refusal = refusal_of(error.response.status_code, error.response.headers, error.response.content)
        return problem_of_refusal(refusal, service, write=_is_write(error.response, service, write))
    if isinstance(error, HttpResponseError) and error.response is not None:
        return _of_azure_response(error, service, write=write)
    if isinstance(error, ClientAuthenticationError):
        return _sign_in_refused(str(error.message), service)
    if isinstance(error, AzureError):
        unsafe = _changes("POST", service) if write is None else write
        return _no_answer(service, write=unsafe, detail=type(error).__name__)
    if isinstance(error, (requests.RequestException, OSError)):
        return _no_answer(service, write=bool(write), detail=type(error).__name__)
    if isinstance(error, ValueError) and _raised_by(error, "challenge_auth_policy"):
        row = REMEDIES[WRONG_CHALLENGE]  # refused by the client itself, before it sent a token
        return Problem(
            row.kind, row.cause, row.do, who=row.who, reference=Reference(service, raw=safe_line(str(error)))
        )
    return None


def _raised_by(error: BaseException, module: str) -> bool:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return trace is not None and str(trace.tb_frame.f_globals.get("__name__", "")).endswith(f".{module}")


def _sign_in_refused(text: str, service: Service) -> Problem:
    code = message_code(text)
    row = remedy_for(code) or Remedy(Kind.SIGN_IN, f"{service} refused the sign-in.", "Sign in again.")
    reference = Reference(service, code, raw=safe_line(text), ids=support_ids(redact(text)))
    log_refusal(reference)
    return Problem(row.kind, row.cause, row.do, who=row.who, reference=reference)


def problem_of_refusal(refusal: Refusal, service: Service, *, write: bool) -> Problem:
    """The Problem that an answer of ``service`` amounts to."""
    code = next(iter(refusal.codes), str(refusal.status))
    reference = Reference(service, code, refusal.request_id, refusal.text, refusal.ids)
    log_refusal(reference)
    row = _row(refusal, service, write=write)
    if row.kind is Kind.THROTTLED and refusal.retry_after:
        row = row._replace(do=f"Wait {wait_words(refusal.retry_after)}, then try again.")
    return Problem(row.kind, row.cause, row.do, who=row.who, reference=reference, retry_after=refusal.retry_after)


def log_refusal(reference: Reference) -> None:
    """Have the code and the ids in the log, and so in the support bundle."""
    ids = ", ".join(f"{name} {value}" for name, value in reference.ids)
    _log.info("%s refused: %s, request id %s; %s", reference.service, reference.code, reference.request_id or "-", ids)


def malformed(service: Service, *, write: bool, detail: str = "") -> Problem:
    """The Problem of an answer that cannot be read."""
    if write:
        return _unclear(service, "its answer cannot be read", detail)
    return Problem(
        Kind.UNTRUSTED,
        f"{service} sent an answer that this program cannot read. It was not used.",
        "Try again; if it stays so, look for a proxy or a sign-in page of the network in between.",
        who=f"{YOU}, or {NETWORK_ADMINISTRATOR}",
        reference=Reference(service, raw=safe_line(detail)),
    )


def _of_wire(error: WireError, service: Service, *, write: bool | None) -> Problem:
    changes = _changes(error.method, service) if write is None else write
    reference = Reference(service, error.reason, raw=safe_line(str(error)))
    if error.reason is Reason.CERTIFICATE and not error.sent:
        row = REMEDIES[CERTIFICATE]
        cause = f"{row.cause} It was asked for {service}, and nothing was sent."
        return Problem(row.kind, cause, row.do, who=row.who, reference=reference)
    if error.reason in (Reason.FOREIGN_HOST, Reason.FOREIGN_TOKEN) or (
        error.reason is Reason.SENT_TWICE and not error.sent
    ):
        return Problem(
            Kind.UNTRUSTED,
            f"A request meant for {service} was stopped before it was sent: {_STOPPED[error.reason]}.",
            "Try again; if it stays so, report it with the reference.",
            reference=reference,
        )
    if changes and error.sent:
        return _unclear(service, _WHAT.get(error.reason, "no whole answer came back"), str(error))
    if error.reason in _WHAT and error.sent:
        return Problem(
            Kind.UNTRUSTED,
            f"{service} sent an answer that was not used: {_WHAT[error.reason]}.",
            "Look for a proxy or a sign-in page of the network in between, then try again.",
            who=f"{YOU}, or {NETWORK_ADMINISTRATOR}",
            reference=reference,
        )
    return _no_answer(service, write=False, detail=str(error), reference=reference)


_STOPPED = {
    Reason.FOREIGN_HOST: "its address is not one of this cloud",
    Reason.FOREIGN_TOKEN: "its token is for another service",
    Reason.SENT_TWICE: "it had been sent before",
}
_WHAT = {
    Reason.REDIRECT: "it points to another address",
    Reason.TOO_LARGE: "it is larger than any true answer",
    Reason.MALFORMED: "it is malformed",
}


def _no_answer(service: Service, *, write: bool, detail: str, reference: Reference | None = None) -> Problem:
    if write:
        return _unclear(service, "no answer came back", detail)
    return Problem(
        Kind.UNREACHABLE,
        f"{service} could not be reached. Nothing was changed.",
        "Check the network connection, then try again.",
        who=f"{YOU}, or {NETWORK_ADMINISTRATOR}",
        reference=reference or Reference(service, raw=safe_line(detail)),
    )


def _unclear(service: Service, why: str, detail: str = "") -> Problem:
    return Problem(
        Kind.UNCLEAR,
        f"A change was sent to {service}, and {why}. It may or may not have been made.",
        "Wait: what is there now is read before anything else is done.",
        reference=Reference(service, raw=safe_line(detail)),
    )


def _changes(method: str, service: Service) -> bool:
    return method not in READS and service not in (Service.SIGN_IN, Service.IMS)


def _is_write(response: Any, service: Service, write: bool | None) -> bool:
    if write is not None:
        return write
    request = getattr(response, "request", None)
    return _changes(getattr(request, "method", "POST"), service)


def _of_azure_response(error: Any, service: Service, *, write: bool | None) -> Problem:
    response = error.response
    try:
        body = response.body() if callable(getattr(response, "body", None)) else response.content
    except Exception:  # noqa: BLE001 - azure-core raises what its transport raises; the answer is then without a body
        body = b""
    refusal = refusal_of(int(response.status_code), response.headers, body or b"")
    return problem_of_refusal(refusal, service, write=_is_write(response, service, write))


def _row(refusal: Refusal, service: Service, *, write: bool) -> Remedy:
    status = refusal.status
    if write and (status >= 500 or status == 408 or status < 400):
        return Remedy(
            Kind.UNCLEAR,
            f"{service} failed while it worked on a change ({status}). It may or may not have been made.",
            "Wait: what is there now is read before anything else is done.",
        )
    if write and status == 401 and refusal.challenged:
        return Remedy(
            Kind.UNCLEAR,
            f"{service} asked for a newer sign-in before it made a change, and is given it with the next request.",
            "Wait: what is there now is read before anything else is done.",
        )
    code = next((code for code in refusal.codes if code in REMEDIES), "")
    if code and status < 500:
        known = with_names(code, REMEDIES[code], refusal.ids)
        return known._replace(cause=known.cause + _says(refusal)) if known.general else known
    return _by_status(refusal, service)


def _says(refusal: Refusal) -> str:
    return f" It says: {refusal.text}" if refusal.text else ""


def _by_status(refusal: Refusal, service: Service) -> Remedy:
    status, text = refusal.status, _says(refusal)
    if status == 401:
        return Remedy(Kind.SIGN_IN, f"{service} does not take the sign-in any more.", "Sign in again.")
    if status == 403 and service is Service.PLATFORM:
        return Remedy(
            Kind.PERMISSION,
            f"{service} does not allow this.{text}",
            "Have the credential added to a role with the permission to manage customer-managed keys (Adobe Experience "
            "Platform, Permissions, Roles, API credentials).",
            ADOBE_ADMINISTRATOR,
        )
    if status == 403:
        return Remedy(
            Kind.PERMISSION, f"{service} does not allow this.{text}", "Have the right assigned.", "an administrator"
        )
    if status == 404:
        return Remedy(Kind.NOT_FOUND, f"{service} does not have this, or this account may not see it.{text}", "")
    if status in (409, 412):
        return Remedy(Kind.CONFLICT, f"{service} has something else in this place.{text}", "Look at it, then go on.")
    if status == 429:
        return REMEDIES["429"]
    if status == 408:
        return Remedy(Kind.UNREACHABLE, f"{service} did not get the whole question.", "Try again.")
    if status >= 500 and service in (Service.IMS, Service.PLATFORM):
        return REMEDIES[ADOBE_FAILED]._replace(cause=f"{REMEDIES[ADOBE_FAILED].cause} ({status}){text}")
    if status >= 500:
        return Remedy(
            Kind.SERVICE,
            f"{service} has failed ({status}).{text}",
            "Try again in a few minutes.",
            "you; else its support",
        )
    if status < 400:
        return Remedy(
            Kind.UNTRUSTED,
            f"{service} sent an answer that was not asked for ({status}).",
            "Try again.",
        )
    return Remedy(Kind.INVALID, f"{service} refused a value ({status}).{text}", "Change it, then try again.")
