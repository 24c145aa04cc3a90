"""What tokens say of a person: at home, as a guest of another directory, or with a personal account.

Source: Microsoft identity platform, access token and ID token claims reference (idp, upn, unique_name).
"""

from __future__ import annotations

import base64
import json
from typing import Any

from cmkwizard.practice.identities import Tenant, User

PERSONAL_TENANT = "9188040d-6c67-4c5b-b112-36a304b66dad"  # where personal Microsoft accounts are at home


def access_claims(user: User, tenant_id: str) -> dict[str, Any]:
    """The claims of an access token that name the person. Guests and personal accounts have no upn in them."""
    claims = {"oid": user.object_ids[tenant_id], "tid": tenant_id, "name": user.name} | _provider(user, tenant_id)
    if user.personal:
        return claims | {"unique_name": f"live.com#{user.upn}", "email": user.upn}
    if tenant_id != user.home:
        return claims | {"unique_name": user.upn, "email": user.upn}
    return claims | {"upn": user.upn, "unique_name": user.upn}


def id_claims(user: User, tenant_id: str) -> dict[str, Any]:
    """The claims of an id token that name the person."""
    named = {"oid": user.object_ids[tenant_id], "tid": tenant_id, "name": user.name, "preferred_username": user.upn}
    return named | _provider(user, tenant_id)


def _provider(user: User, tenant_id: str) -> dict[str, str]:
    """Who vouches for the person, where that is not the tenant itself."""
    if user.personal:
        return {"idp": "live.com"}
    return {} if tenant_id == user.home else {"idp": f"https://sts.windows.net/{user.home}/"}


def name_in(user: User, tenant: Tenant) -> str:
    """The user principal name within a tenant; that of a guest holds #EXT#."""
    if user.personal or tenant.id != user.home:
        return f"{user.upn.replace('@', '_')}#EXT#@{tenant.domain}"
    return user.upn


def client_info(user: User) -> str:
    """The home account in the form that Microsoft's authentication libraries read."""
    home = {"uid": user.object_ids[user.home], "utid": PERSONAL_TENANT if user.personal else user.home}
    return base64.urlsafe_b64encode(json.dumps(home).encode()).rstrip(b"=").decode()
