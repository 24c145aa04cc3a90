"""Azure sign-in, Resource Manager, Key Vault and Microsoft Graph."""
