"""The test of the connection to Adobe: reads alone, and an answer that says which of the many things is wrong."""

from __future__ import annotations

from cmkwizard.clouds.adobe.encryption import Encryption
from cmkwizard.clouds.adobe.sign_in import AdobeSession
from cmkwizard.core.adobe_connection import ConnectionAnswer
from cmkwizard.core.identifiers import REGIONS, client_id_problem, organisation_problem, region_problem
from cmkwizard.core.problems import Kind, Problem

_NO_REGION = "403027"
_BY_CODE = {
    "invalid_client": ConnectionAnswer.WRONG_SECRET,
    "invalid_scope": ConnectionAnswer.WRONG_SCOPE,
    "unauthorized_client": ConnectionAnswer.WRONG_CREDENTIAL,
    "403025": ConnectionAnswer.WRONG_ORGANISATION,
    "400003": ConnectionAnswer.WRONG_ORGANISATION,
    _NO_REGION: ConnectionAnswer.NO_PROFILE,
}
_BY_KIND = {
    Kind.UNREACHABLE: ConnectionAnswer.NO_NETWORK,
    Kind.UNTRUSTED: ConnectionAnswer.UNTRUSTED,
    Kind.THROTTLED: ConnectionAnswer.THROTTLED,
    Kind.PERMISSION: ConnectionAnswer.NO_PERMISSION,
    Kind.INVALID: ConnectionAnswer.SERVICE,
}


def test_connection(session: AdobeSession) -> ConnectionAnswer:
    """Ask Adobe for a token and for the app registration, and say what stands in the way.

    One code of Adobe's gateway stands for three causes (organisation, product profile, region): the other regions are
    asked as well to tell them apart. No exception for anything that Adobe or the network can answer.
    """
    if organisation_problem(session.choice.organisation):
        return ConnectionAnswer.WRONG_ORGANISATION
    if client_id_problem(session.choice.client_id):
        return ConnectionAnswer.WRONG_SECRET
    if region_problem(session.choice.region):
        return ConnectionAnswer.WRONG_REGION
    answer, code = _ask(session)
    if code != _NO_REGION:
        return answer
    for region in _other_regions(session):
        elsewhere, code = _ask(session, region)
        if elsewhere in (ConnectionAnswer.OK, ConnectionAnswer.NO_PERMISSION):
            return ConnectionAnswer.WRONG_REGION
        if elsewhere is not ConnectionAnswer.NO_PROFILE:
            return elsewhere
    return ConnectionAnswer.NO_PROFILE


def find_region(session: AdobeSession) -> str | None:
    """The region in which the organisation's Experience Platform answers; None when none does."""
    for region in (session.choice.region, *_other_regions(session)):
        if _ask(session, region)[0] in (ConnectionAnswer.OK, ConnectionAnswer.NO_PERMISSION):
            return region
    return None


def _other_regions(session: AdobeSession) -> list[str]:
    return [region for region in REGIONS if region != session.choice.region.upper()]


def _ask(session: AdobeSession, region: str = "") -> tuple[ConnectionAnswer, str]:
    try:
        Encryption(session).get_registration(region=region)
    except Problem as problem:
        code = problem.reference.code
        return _BY_CODE.get(code) or _BY_KIND.get(problem.kind, ConnectionAnswer.SERVICE), code
    return ConnectionAnswer.OK, ""
