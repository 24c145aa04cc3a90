"""Taking Adobe's access away: what it would do, why it may not be done yet, and the one request that does it.

It is a journey of its own: no step of the set-up, no fix and no command leads here.
"""
