"""The practice cloud: a loopback stand-in for Entra ID, Azure Resource Manager, Key Vault, Microsoft Graph and Adobe.

It stands apart: it imports nothing of the product, and the product meets it over HTTP alone.
"""
