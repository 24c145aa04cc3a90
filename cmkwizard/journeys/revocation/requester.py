"""Who asks for a revocation, and the addresses by which one person is told from another."""

from __future__ import annotations

from cmkwizard.core.problems import Problem
from cmkwizard.core.revocation_request import Requester
from cmkwizard.journeys.setup.run import SetupRun


def requester_of(run: SetupRun) -> Requester:
    """Who is signed in. Where two persons are asked for, with the addresses by which one person is told from another.

    Raises:
        Cancelled: somebody asked to stop.
    """
    account = run.azure.account
    if not run.policy.revocation.two_persons:
        return Requester(account.name, account.object_id, account.home_id)
    try:
        addresses = tuple(dict.fromkeys(run.pace.read(run.azure.directory.list_own_addresses)))
    except Problem as problem:
        why = f"The addresses of {account.name} could not be read. {problem.message}"
        return Requester(account.name, account.object_id, account.home_id, unread=why)
    return Requester(account.name, account.object_id, account.home_id, addresses)
