"""The rows. Each class names the one module that reads and writes it; nothing else does."""

from sqlmodel import Field, SQLModel


class EntryRow(SQLModel, table=True):
    """One line of the journal. Owner: `daemon.journal`. Never updated, never deleted: triggers see to it."""

    __tablename__ = "entry"  # pyright: ignore[reportAssignmentType] - SQLModel declares it as a function
    __table_args__ = {"sqlite_autoincrement": True}

    id: int = Field(primary_key=True)
    at: str
    """ISO 8601 in UTC with microseconds, so that its order as text is its order in time."""
    kind: str
    cause: str = Field(index=True)
    parent: str | None
    origin: str
    person: str | None
    said: str | None
    effect: str
    risk: int
    targets: str
    """A JSON list of entity ids."""
    verdict: str | None
    """Filled where `kind` is an outcome."""
    ref: int | None = Field(foreign_key="entry.id")
    """The entry that this one is about."""
    body: str
    """Canonical JSON."""
    previous_hash: str
    hash: str


class EntryTargetRow(SQLModel, table=True):
    """Which outcomes and notes are about which entity; kept by a trigger. Owner: `daemon.journal`."""

    __tablename__ = "entry_target"  # pyright: ignore[reportAssignmentType] - SQLModel declares it as a function

    entity: str = Field(primary_key=True)
    entry: int = Field(primary_key=True, foreign_key="entry.id")


class EntryHeadRow(SQLModel, table=True):
    """The newest entry, in the one row; kept by a trigger. Owner: `daemon.journal`."""

    __tablename__ = "entry_head"  # pyright: ignore[reportAssignmentType] - SQLModel declares it as a function

    id: int = Field(primary_key=True)
    entry: int
    hash: str


class ApprovalRow(SQLModel, table=True):
    """A wish that waits, or waited, for a yes. Owner: `daemon.gateway.approvals`.

    The wish itself is not in here: it may hold a code, and it does not outlive the process.
    """

    __tablename__ = "approval"  # pyright: ignore[reportAssignmentType] - SQLModel declares it as a function

    id: str = Field(primary_key=True)
    entry: int = Field(foreign_key="entry.id")
    """The wish's entry in the journal."""
    question: str
    asked_at: str
    expires_at: str
    settled: str | None
    """``yes``, ``no`` or ``expired``; none while it waits."""
    settled_at: str | None
