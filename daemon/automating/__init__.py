"""Routines that live: kept in all their versions, set off by what happens, carried out through the gateway.

=============  ====================================================================================================
what is kept   `keeping` over `rows`; `living` (routines and runs in memory, and as they are written down)
what happens   `engine` finds who cares (`index`) and has it decided; `outside` (people, sun), `moments` (calendars),
               `bus` (events and tags of Home Assistant)
what is seen   `sight`: the house as routines see it
what is done   `desk` writes down and has `acting` act, by `services` and `conversion` (Home Assistant's names as ours)
what is due    `dues`: every wait and every time is a row of the time ledger
what is told   `tracing` (steps for people and programs), `limits` (loops, storms)
the doors      `routines` (effects, what skills may read), `topics` (MQTT); behind them `works` puts all together
=============  ====================================================================================================

What needs the language of routines is imported once the daemon is ready: `routines` and `topics` alone are not.
"""

from daemon.automating.routines import Routines
from daemon.automating.topics import Topics

__all__ = ["Routines", "Topics"]
