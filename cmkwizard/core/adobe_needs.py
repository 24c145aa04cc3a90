"""What Adobe needs of the vault and the key, as plain values: nothing is imported for them."""

from __future__ import annotations

ADOBE_ADDRESS = "20.88.123.53"
"""Adobe's static address for monitoring the vault (Adobe customer-managed keys, alerts and IP access)."""

LEAST_KEY_SIZE = 3072
"""Bits. Adobe customer-managed keys, Azure Key Vault configuration (the reason given is Cosmos DB)."""

KEY_OPERATIONS = ("wrapKey", "unwrapKey")
"""What Adobe does with the key (Adobe customer-managed keys, API set-up)."""
