"""The command line: its grammar, its commands, and what they work with."""
