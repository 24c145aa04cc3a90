"""The api versions that the practice cloud knows, per kind of resource, oldest first.

Sources: Microsoft's published OpenAPI documents, and what azure-mgmt-keyvault 14.1, azure-mgmt-authorization 4.0,
azure-mgmt-resource 26, azure-mgmt-resource-subscriptions 1.0 and azure-cli 2.91 send.
"""

from __future__ import annotations

_VAULTS = (
    "2015-06-01",
    "2016-10-01",
    "2018-02-14-preview",
    "2018-02-14",
    "2019-09-01",
    "2020-04-01-preview",
    "2021-04-01-preview",
    "2021-06-01-preview",
    "2021-10-01",
    "2021-11-01-preview",
    "2022-02-01-preview",
    "2022-07-01",
    "2022-11-01",
    "2023-02-01",
    "2023-07-01",
    "2024-04-01-preview",
    "2024-11-01",
    "2024-12-01-preview",
    "2025-05-01",
    "2026-02-01",
    "2026-03-01-preview",
    "2026-04-01-preview",
    "2026-05-15",
)
_RESOURCES = (
    "2015-11-01",
    "2016-02-01",
    "2016-07-01",
    "2016-09-01",
    "2017-05-10",
    "2018-02-01",
    "2018-05-01",
    "2019-03-01",
    "2019-05-10",
    "2019-10-01",
    "2020-06-01",
    "2020-10-01",
    "2021-01-01",
    "2021-04-01",
    "2022-09-01",
    "2023-07-01",
    "2024-03-01",
    "2024-07-01",
    "2024-11-01",
    "2025-03-01",
    "2025-04-01",
)

VERSIONS: dict[str, tuple[str, ...]] = {
    "vaults": _VAULTS,
    "vault keys": tuple(version for version in _VAULTS if version >= "2019-09-01"),
    "resources": _RESOURCES,
    "subscriptions": (
        "2014-04-01",
        "2015-11-01",
        "2016-06-01",
        "2018-06-01",
        "2019-06-01",
        "2019-11-01",
        "2020-01-01",
        "2021-01-01",
        "2022-12-01",
    ),
    "role assignments": (
        "2014-04-01-preview",
        "2014-10-01-preview",
        "2015-07-01",
        "2018-01-01-preview",
        "2018-09-01-preview",
        "2020-03-01-preview",
        "2020-04-01-preview",
        "2020-08-01-preview",
        "2020-10-01-preview",
        "2022-04-01",
    ),
    "role definitions": (
        "2014-04-01-preview",
        "2015-07-01",
        "2018-01-01-preview",
        "2022-04-01",
        "2022-05-01-preview",
    ),
    "permissions": ("2014-04-01-preview", "2015-07-01", "2018-01-01-preview", "2022-04-01", "2022-05-01-preview"),
    "role eligibility": ("2020-10-01", "2022-04-01-preview"),
    "locks": ("2015-01-01", "2016-09-01", "2017-04-01", "2020-05-01"),
    "resource graph": ("2019-04-01", "2021-03-01", "2022-10-01", "2024-04-01"),
}

# From this version on a new vault without the property uses Azure RBAC (Microsoft Learn, "Access control default").
RBAC_BY_DEFAULT_SINCE = "2026-02-01"
