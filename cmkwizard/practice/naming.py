"""The names of the services: the real ones through the proxy, loopback ones for the cloud profile."""

from __future__ import annotations

import msgspec

# Names of the real services that the CONNECT proxy answers for.
LOGIN_HOST = "login.microsoftonline.com"
ARM_HOST = "management.azure.com"
GRAPH_HOST = "graph.microsoft.com"
VAULT_DOMAIN = "vault.azure.net"
HSM_DOMAIN = "managedhsm.azure.net"
LOGS_HOSTS = ("api.loganalytics.azure.com", "api.loganalytics.io")  # the second is the older name
IMS_HOST = "ims-na1.adobelogin.com"
LANDING_HOST = "experience.adobe.com"
PLATFORM_HOSTS = {  # host -> region (Adobe Experience Platform, IP address allow list: region codes)
    "platform.adobe.io": "VA7",
    "platform-va7.adobe.io": "VA7",
    "platform-nld2.adobe.io": "NLD2",
    "platform-aus5.adobe.io": "AUS5",
    "platform-can2.adobe.io": "CAN2",
    "platform-gbr9.adobe.io": "GBR9",
}
REAL_HOSTS = (LOGIN_HOST, ARM_HOST, GRAPH_HOST, *LOGS_HOSTS, IMS_HOST, LANDING_HOST, *PLATFORM_HOSTS)
LOOPBACK_NAMES = ("localhost", "127.0.0.1", "vault.localhost", "*.vault.localhost", "*.managedhsm.localhost")


class Naming(msgspec.Struct, frozen=True):
    """The names of the services as one client knows them: addresses without a trailing slash."""

    login: str
    arm: str
    graph: str
    logs: str  # Azure Monitor's logs
    ims: str
    platform: str
    vault_suffix: str  # with leading dot, and port under loopback names: ".vault.localhost:9443"
    vault_audience: str  # resource of the Key Vault challenge
    hsm_suffix: str  # the same two of Managed HSMs
    hsm_audience: str
    landing: str  # where the consent for Adobe's app ends


REAL_NAMES = Naming(
    login=f"https://{LOGIN_HOST}",
    arm=f"https://{ARM_HOST}",
    graph=f"https://{GRAPH_HOST}",
    logs=f"https://{LOGS_HOSTS[0]}",
    ims=f"https://{IMS_HOST}",
    platform="https://platform.adobe.io",
    vault_suffix=f".{VAULT_DOMAIN}",
    vault_audience=f"https://{VAULT_DOMAIN}",
    hsm_suffix=f".{HSM_DOMAIN}",
    hsm_audience=f"https://{HSM_DOMAIN}",
    landing=f"https://{LANDING_HOST}",
)


def loopback_names(port: int) -> Naming:
    """The names for clients that use the cloud profile."""
    origin = f"https://localhost:{port}"
    return Naming(
        login=origin,
        arm=origin,
        graph=f"{origin}/graph",
        logs=f"{origin}/logs",
        ims=f"{origin}/ims",
        platform=f"{origin}/platform",
        vault_suffix=f".vault.localhost:{port}",
        vault_audience=f"https://vault.localhost:{port}",
        hsm_suffix=f".managedhsm.localhost:{port}",
        hsm_audience=f"https://managedhsm.localhost:{port}",
        landing=f"{origin}/experience",
    )


def is_real_name(host: str) -> bool:
    """Whether the proxy answers for this host name (lower case)."""
    label, _, domain = host.partition(".")
    return host in REAL_HOSTS or (domain in (VAULT_DOMAIN, HSM_DOMAIN) and bool(label))
