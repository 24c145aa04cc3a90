"""What stays on this computer: records, drafts, settings, and secrets in the operating system's safe place."""
