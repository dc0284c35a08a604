"""What is kept of the past of the house."""

from typing import Annotated

from pydantic import Field

from daemon.config.section import Name, Section


class HistorySection(Section):
    """``[history]``: what every thing became, and when, to replay routines over and to say why."""

    keep: bool = True
    """Whether anything is kept; what was kept before stays until it is purged."""
    days: Annotated[int, Field(ge=1, le=3_650)] = 400
    """For how long. Numbers are thinned to one in five minutes after a week, and to one an hour after sixty days."""
    changes: Annotated[int, Field(ge=1_000, le=1_000_000_000)] = 20_000_000
    """How many changes at the most; then the oldest go first."""
    backup_days: Annotated[int, Field(ge=0, le=3_650)] = 90
    """How much of it goes into a backup, at most 256 MiB; 0: nothing."""
    exclude: tuple[Name, ...] = ()
    """Patterns of entity ids of which nothing is kept: ``sensor.*_power``."""
