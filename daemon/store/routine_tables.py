"""The rows of routines: what they are, what they watch, and what they did."""

from sqlmodel import Field, SQLModel


class RoutineRow(SQLModel, table=True):
    """A routine, as which of its versions it is now. Owner: `daemon.automating.rows`."""

    __tablename__ = "routine"  # pyright: ignore[reportAssignmentType] - SQLModel declares it as a function

    id: str = Field(primary_key=True)
    version: int
    enabled: int
    watched: str | None
    """What its triggers hold and have spent, as JSON of `daemon.routines.watching`; none where that is nothing."""
    removed_at: str | None
    """When it was taken out; its versions stay."""


class RoutineVersionRow(SQLModel, table=True):
    """One version of a routine; never changed. Owner: `daemon.automating.rows`."""

    __tablename__ = "routine_version"  # pyright: ignore[reportAssignmentType] - SQLModel declares it as a function

    routine: str = Field(primary_key=True, foreign_key="routine.id")
    version: int = Field(primary_key=True)
    form: str
    """JSON of `daemon.routines.writing`: what stands in a file, many times faster to read."""
    at: str
    cause: str
    """JSON: who made it, and through which door."""


class RoutineRunRow(SQLModel, table=True):
    """One run of a routine. Owner: `daemon.automating.rows`."""

    __tablename__ = "routine_run"  # pyright: ignore[reportAssignmentType] - SQLModel declares it as a function

    id: str = Field(primary_key=True)
    routine: str = Field(foreign_key="routine.id")
    version: int
    cause: str
    """JSON: its own cause, and the routines that led to it."""
    began_at: str
    ended_at: str | None
    result: str | None
    why: str
    run: str | None
    """JSON of `daemon.routines.run`, while it goes."""
    pending: str
    """A JSON list: the steps that were taken and of which nothing is known to have come."""


class RoutineStepRow(SQLModel, table=True):
    """One step that a run took, for its trace. Owner: `daemon.automating.rows`."""

    __tablename__ = "routine_step"  # pyright: ignore[reportAssignmentType] - SQLModel declares it as a function

    run: str = Field(primary_key=True, foreign_key="routine_run.id")
    number: int = Field(primary_key=True)
    at: str
    step: str
    """JSON."""
