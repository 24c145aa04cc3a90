"""One row of the catalogue, and the documents that the rows come from."""

from __future__ import annotations

from typing import NamedTuple

from cmkwizard.core.problems import Kind


class Remedy(NamedTuple):
    """What stands behind a code: the cause in a sentence, the way out, who can take it, and who says so.

    Attributes:
        general: the code names a class of errors alone, so the service's own text is shown with it, and a more exact
            code goes before it.
    """

    kind: Kind
    cause: str
    do: str
    who: str = "you"
    source: str = ""
    general: bool = False


VAULT_CODES = "Azure Key Vault, REST API error codes"
VAULT_COMMON = "Azure Key Vault, common error codes"
VAULT_NETWORK = "Azure Key Vault, network security"
VAULT_KEYS = "Azure Key Vault, about keys"
SOFT_DELETE = "Azure Key Vault, soft-delete overview"
ROLES = "Azure role-based access control, troubleshooting"
MANAGEMENT = "Azure Resource Manager, common deployment errors"
POLICY = "Azure Key Vault, integrate with Azure Policy"
LOCKS = "Azure Resource Manager, lock resources"
THROTTLING = "Azure Key Vault, service limits"
GRAPH = "Microsoft Graph, error responses"
ENTRA = "Microsoft Entra, authentication and authorisation error codes"
OAUTH = "RFC 6749 and RFC 8628, error responses"
ADOBE_GATEWAY = "Adobe Experience Platform, troubleshooting"
ADOBE_TOKEN = "Adobe Developer, server-to-server authentication"  # noqa: S105 - a title
ADOBE_SET_UP = "Adobe customer-managed keys, API set-up"
ADOBE_ALERTS = "Adobe customer-managed keys, alert resolution reference"
COSMOS = "Azure Cosmos DB, troubleshoot customer-managed keys"
IDENTITY = "azure-identity"
KEYRING = "keyring"
TLS = "Python, ssl"
NAMES = "Python, socket"
PROXY = "RFC 9110, HTTP semantics"
