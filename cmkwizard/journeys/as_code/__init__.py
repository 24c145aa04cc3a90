"""The set-up as code, from the records alone: what a deployment engine takes over from one desktop."""
