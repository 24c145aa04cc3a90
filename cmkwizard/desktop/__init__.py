"""The window: the only room that knows Qt. Pages say what they are, the shell does the rest."""
