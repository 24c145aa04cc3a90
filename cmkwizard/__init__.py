"""A desktop wizard that puts a company's own Azure Key Vault key under Adobe Experience Platform."""

from __future__ import annotations

__version__ = "0.1.0"
