"""Watching the set-up once it is made: a look now and then at all that Adobe's access to the key depends on."""

from __future__ import annotations

from cmkwizard.journeys.watching.looking import record_completion
from cmkwizard.journeys.watching.rounds import Watched, standing, watch

__all__ = ["Watched", "record_completion", "standing", "watch"]
