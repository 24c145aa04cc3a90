"""The names of the services: the real ones through the proxy, loopback ones for the cloud profile."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Naming:
    """The names of the services as one client knows them: addresses without a trailing slash."""

    login: str
    arm: str
    graph: str
    ims: str
    platform: str
    vault_suffix: str  # with leading dot, and port under loopback names: ".vault.localhost:9443"
    vault_audience: str  # resource of the Key Vault challenge
    landing: str  # where the consent for Adobe's app ends


REAL_NAMES = Naming(
    login="https://login.microsoftonline.com",
    arm="https://management.azure.com",
    graph="https://graph.microsoft.com",
    ims="https://ims-na1.adobelogin.com",
    platform="https://platform.adobe.io",
    vault_suffix=".vault.azure.net",
    vault_audience="https://vault.azure.net",
    landing="https://experience.adobe.com",
)


def loopback_names(port: int) -> Naming:
    """The names for clients that use the cloud profile."""
    origin = f"https://localhost:{port}"
    return Naming(
        login=origin,
        arm=origin,
        graph=f"{origin}/graph",
        ims=f"{origin}/ims",
        platform=f"{origin}/platform",
        vault_suffix=f".vault.localhost:{port}",
        vault_audience=f"https://vault.localhost:{port}",
        landing=f"{origin}/experience",
    )
