"""Addresses of the portals, built from ids: forms that hold for every resource, and well-known menu items.

``https://portal.azure.com/#@{directory}/resource{resource id}/{menu item}`` opens a page of a resource.
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

from cmkwizard.journeys.guides.ground import Ground

Place = Callable[[Ground], str]

_PORTAL = "https://portal.azure.com/"
_ENTRA = "https://entra.microsoft.com/"
DEVELOPER_CONSOLE = "https://developer.adobe.com/console"
ADMIN_CONSOLE = "https://adminconsole.adobe.com"
EXPERIENCE_PLATFORM = "https://experience.adobe.com"
PIM = f"{_PORTAL}#view/Microsoft_Azure_PIMCommon/ActivationMenuBlade/~/azurerbac"
"""Privileged Identity Management: one's own Azure roles."""
POLICY = f"{_PORTAL}#view/Microsoft_Azure_Policy/PolicyMenuBlade/~/Overview"
DELETED_VAULTS = f"{_PORTAL}#browse/Microsoft.KeyVault%2Fvaults"
"""All vaults of the account; deleted ones are behind "Manage deleted vaults" there."""
APPS = f"{_ENTRA}#view/Microsoft_AAD_IAM/StartboardApplicationsMenuBlade/~/AppAppsPreview"


def fixed(address: str) -> Place:
    """The same place, whatever the finding is about."""
    return lambda _: address


def nowhere(_: Ground) -> str:
    """No place in a portal."""
    return ""


def vault_page(item: str = "overview") -> Place:
    """A page of the vault."""
    return lambda ground: resource_page(ground, ground.vault_id, item)


def group_page(item: str = "overview") -> Place:
    """A page of the resource group."""
    return lambda ground: resource_page(ground, ground.group_id, item)


def subscription_page(item: str = "overview") -> Place:
    """A page of the subscription."""
    return lambda ground: resource_page(ground, ground.subscription_id, item)


def about_page(item: str = "overview") -> Place:
    """A page of what the finding is about."""
    return lambda ground: resource_page(ground, ground.about, item)


def app_page(ground: Ground) -> str:
    """Adobe's app among the enterprise applications; all of them while it is not there."""
    if ground.app is None:
        return APPS
    ids = f"objectId/{quote(ground.app.object_id)}/appId/{quote(ground.app.application_id)}"
    return f"{_ENTRA}#view/Microsoft_AAD_IAM/ManagedAppMenuBlade/~/Overview/{ids}"


def consent_page(ground: Ground) -> str:
    """Where Adobe's app is accepted; the list of apps where that is not known."""
    return ground.consent or app_page(ground)


def resource_page(ground: Ground, resource_id: str, item: str) -> str:
    """A page of a resource, in the directory of the survey."""
    directory = f"@{quote(ground.tenant)}/" if ground.tenant else ""
    return f"{_PORTAL}#{directory}resource{quote(resource_id)}/{item}"
