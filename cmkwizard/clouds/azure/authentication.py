"""How Azure's clients sign their requests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from azure.mgmt.core.policies import ARMChallengeAuthenticationPolicy

from cmkwizard.clouds.wire import READS

if TYPE_CHECKING:
    from azure.core.pipeline import PipelineRequest, PipelineResponse


RENEW = "{}"
"""Claims that ask for nothing, and so for nothing but a new token instead of the one that is kept."""


class AuthenticationPolicy(ARMChallengeAuthenticationPolicy):
    """Adds the token. A refused token is renewed once, without a prompt, but only reads are sent again with it.

    A write that was refused keeps its answer 401; the next request carries the renewed token.
    """

    def on_challenge(self, request: PipelineRequest[Any], response: PipelineResponse[Any, Any]) -> bool:
        """Answer a challenge; True to send the request again.

        Raises:
            Problem: SIGN_IN, there is no new token without a person.
        """
        if not super().on_challenge(request, response):
            self.authorize_request(request, *self._scopes, claims=RENEW)
        return request.http_request.method in READS
