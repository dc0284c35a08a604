"""The memory as people meet it: what is told, asked and forgotten in words, what is kept beside it, and its nights.

Nothing of `daemon.memory` is imported before something is told or asked: most days begin with a light switch.
"""

from daemon.remembering.attending import Attending
from daemon.remembering.coaching import Coaching
from daemon.remembering.concluding import Concluding
from daemon.remembering.ending import Ending
from daemon.remembering.episodes import Episodes
from daemon.remembering.nights import Nights
from daemon.remembering.opening import Opening
from daemon.remembering.recalling import Recalling
from daemon.remembering.remembering import Remembering
from daemon.remembering.reopening import Reopening
from daemon.remembering.tending import Tending
from daemon.remembering.wondering import Wondering

__all__ = [
    "Attending",
    "Coaching",
    "Concluding",
    "Ending",
    "Episodes",
    "Nights",
    "Opening",
    "Recalling",
    "Remembering",
    "Reopening",
    "Tending",
    "Wondering",
]
