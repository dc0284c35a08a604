"""Routines that live: kept in all their versions, set off by what happens, carried out through the gateway.

=============  ====================================================================================================
what is kept   `keeping` over `rows`
what happens   `engine`: listens, finds who cares (`index`), has it decided, writes down, acts
what is seen   `sight`: the house as routines see it
what is done   `acting`, with `services` (Home Assistant's names as our effects)
what is due    `dues`: every wait and every time is a row of the time ledger
what is told   `tracing` (steps for people and programs), `limits` (loops, storms)
the doors      `routines` (effects, what skills may read), `topics` (MQTT)
=============  ====================================================================================================

What needs the language of routines is imported once the daemon is ready: `routines` and `topics` alone are not.
"""

from daemon.automating.routines import Routines
from daemon.automating.topics import Topics

__all__ = ["Routines", "Topics"]
