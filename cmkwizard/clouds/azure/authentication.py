"""How Azure's clients sign their requests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from azure.mgmt.core.policies import ARMChallengeAuthenticationPolicy

from cmkwizard.clouds.azure.transport import READS

if TYPE_CHECKING:
    from azure.core.pipeline import PipelineRequest, PipelineResponse


class AuthenticationPolicy(ARMChallengeAuthenticationPolicy):
    """Adds the token. A claims challenge renews the token, but only reads are sent again with it.

    A write that was challenged keeps its answer 401; the next request carries the renewed token.
    """

    def on_challenge(self, request: PipelineRequest[Any], response: PipelineResponse[Any, Any]) -> bool:
        """Answer a challenge; True to send the request again."""
        renewed = super().on_challenge(request, response)
        return renewed and request.http_request.method in READS
