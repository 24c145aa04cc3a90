"""The evidence report: what is recorded of one set-up, fit to be handed to an auditor."""
