"""Error codes of the clouds: what each means, what to do, and who can do it."""
