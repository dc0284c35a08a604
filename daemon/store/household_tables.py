"""The rows of the household: rights that were lent, and PINs."""

from sqlmodel import Field, SQLModel


class LentRightRow(SQLModel, table=True):
    """Something that somebody may do, or may not, for a while. Owner: `daemon.lending.rows`."""

    __tablename__ = "lent_right"  # pyright: ignore[reportAssignmentType] - SQLModel declares it as a function

    id: int | None = Field(default=None, primary_key=True)
    who: str
    """The id of a person, a role, or ``everybody``."""
    guest: str | None
    """What somebody is called who is not configured: ``the sitter``."""
    may: int
    things: str
    """A JSON list of entities; so are the kinds and the rooms."""
    domains: str
    areas: str
    lent_at: str
    until: str | None
    by: str | None
    cause: str
    ended_at: str | None
    ended: str | None
    """``over`` or ``taken back``."""


class PinRow(SQLModel, table=True):
    """What somebody's PIN is known by. Owner: `daemon.pins`."""

    __tablename__ = "pin"  # pyright: ignore[reportAssignmentType] - SQLModel declares it as a function

    person: str = Field(primary_key=True)
    salt: str
    hash: str
    set_at: str


class PinTryRow(SQLModel, table=True):
    """How often in a row somebody said a wrong PIN. Owner: `daemon.pins`."""

    __tablename__ = "pin_try"  # pyright: ignore[reportAssignmentType] - SQLModel declares it as a function

    who: str = Field(primary_key=True)
    """The id of a person; empty: voices that nobody knows."""
    wrong: int
    locked_until: str | None
