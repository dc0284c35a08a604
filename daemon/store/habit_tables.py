"""The rows of habits: what was found, what was proposed, and what people answered."""

from sqlmodel import Field, SQLModel


class HabitRow(SQLModel, table=True):
    """One habit that was found, or a routine that people keep undoing. Owner: `daemon.habits.rows`."""

    __tablename__ = "habit"  # pyright: ignore[reportAssignmentType] - SQLModel declares it as a function

    id: str = Field(primary_key=True)
    status: str
    """See `skills.habitual.Status`."""
    told: str
    """JSON of `skills.habitual.Noticed`."""
    about: str
    """JSON of `daemon.habits.rows.About`: by what one in a slightly changed form is known again."""
    score: float
    found_at: str
    seen_at: str
    """When it was last found."""
    offered_at: str | None
    answered_at: str | None
    person: str | None
    """Who answered."""


class HabitQuietRow(SQLModel, table=True):
    """That people want no routines proposed: one row, or none. Owner: `daemon.habits.rows`."""

    __tablename__ = "habit_quiet"  # pyright: ignore[reportAssignmentType] - SQLModel declares it as a function

    id: int = Field(primary_key=True)
    at: str
    person: str | None
    cause: str
