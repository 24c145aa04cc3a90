"""Watching the set-up once it is made: a look now and then at all that Adobe's access to the key depends on."""

from __future__ import annotations

from cmkwizard.journeys.watching.looking import look, record_completion
from cmkwizard.journeys.watching.rounds import Watched, standing, watch, watched_once

__all__ = ["Watched", "look", "record_completion", "standing", "watch", "watched_once"]
