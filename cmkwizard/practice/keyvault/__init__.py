"""The data plane of Key Vault: every vault's own host."""
