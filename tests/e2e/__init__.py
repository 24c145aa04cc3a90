"""The program as a person meets it: a real window on a screen of its own, a real browser, the accessibility tree."""
