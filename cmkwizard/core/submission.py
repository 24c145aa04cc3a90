"""Whether what Adobe holds is about what was chosen."""

from __future__ import annotations

from urllib.parse import urlsplit

from cmkwizard.core.choices import Choices
from cmkwizard.core.facts import Configuration, Vault


def is_about(configuration: Configuration, choices: Choices, vault: Vault | None) -> bool:
    """Whether a configuration is about the chosen organisation, vault and key.

    ``vault`` is the chosen one where it was seen. The configuration's name says nothing: Adobe's own samples answer
    another one than was submitted.
    """
    address = configuration.key_identifier or f"{configuration.vault_uri.rstrip('/')}/keys/{configuration.key_name}"
    try:
        parts = urlsplit(address)
        wanted_host = urlsplit(vault.uri).netloc.lower().removesuffix(":443") if vault else None
    except ValueError:  # what stands there is no address
        return False
    host, path = parts.netloc.lower().removesuffix(":443"), parts.path.split("/")
    same_vault = host == wanted_host if wanted_host else host.partition(".")[0] == choices.vault.name.lower()
    same_key = path[1:2] == ["keys"] and path[2:3] == [choices.key.name]
    return (
        configuration.organisation == choices.adobe.organisation and parts.scheme == "https" and same_vault and same_key
    )
