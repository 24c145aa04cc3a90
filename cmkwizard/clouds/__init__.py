"""Azure, Microsoft Graph and Adobe, each behind small methods that raise core's Problem alone."""
