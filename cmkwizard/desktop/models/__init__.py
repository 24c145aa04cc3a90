"""The pages of the set-up without widgets: their state, their rules and all their sentences."""
