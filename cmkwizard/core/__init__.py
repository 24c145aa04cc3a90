"""Rules and values in pure Python: no Qt, no network, no disk. Everything else builds on this room."""
