"""Watching the set-up once it is made: a look now and then at all that Adobe's access to the key depends on."""
