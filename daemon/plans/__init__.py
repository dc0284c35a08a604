"""Plans: checked, rehearsed, approved, carried out and finished, through any kill; and projects, which take weeks.

==============  ==================================================================================================
what it is      `model`; `form` (from JSON, the schema a model fills), `progress` (where it stands, what is next)
before it       `checking`, `conflicts`, `rehearsing` on the twin, `previewing` (as it is spoken and written)
carrying out    `runner` (writes down, then acts), `hands` (one step), `judging` (conditions), `waits` (the ledger)
storing         `rows`; `stored` (what another version wrote); `going` (in memory); `showing` (for clients)
who else        `agents` (the seam for what is more than an effect), `telling` (people), `projects`
the door        `plans` (effects, what skills may read, what clients follow)
==============  ==================================================================================================
"""

from daemon.plans.plans import Ground, Plans

__all__ = ["Ground", "Plans"]
