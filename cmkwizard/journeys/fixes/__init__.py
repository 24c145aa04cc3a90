"""Fixes: what the program can put right itself, each after a preview, through the same runner and journal."""
