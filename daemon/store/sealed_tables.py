"""The rows of what is sealed: keys and ciphertext. Triggers refuse plain rows of whoever has their memory sealed."""

from sqlmodel import Field, SQLModel


class SealedShelfRow(SQLModel, table=True):
    """Whose memory is sealed, and what it takes to open it. Owner: `daemon.sealing.people`."""

    __tablename__ = "sealed_shelf"  # pyright: ignore[reportAssignmentType] - SQLModel declares it as a function

    shelf: str = Field(primary_key=True)
    person: str
    public: bytes
    """X25519, raw: with it anything is put away for them, and nothing read."""
    wrapped: bytes
    """The private half, encrypted with what scrypt makes of the passphrase."""
    salt: bytes
    cost: int
    """scrypt's n."""
    sealed_at: str
    wrong: int
    """Wrong passphrases in a row."""
    wait_until: str | None


class SealedRowRow(SQLModel, table=True):
    """One row of a table of the memory, encrypted. Owner: `daemon.sealing.opened`."""

    __tablename__ = "sealed_row"  # pyright: ignore[reportAssignmentType] - SQLModel declares it as a function

    name: str = Field(primary_key=True)
    """The table."""
    id: int = Field(primary_key=True)
    shelf: str
    record: bytes


class SealedNoteRow(SQLModel, table=True):
    """Something that was said while its shelf was locked. Owner: `daemon.memory.putting`."""

    __tablename__ = "sealed_note"  # pyright: ignore[reportAssignmentType] - SQLModel declares it as a function
    __table_args__ = {"sqlite_autoincrement": True}

    id: int = Field(primary_key=True)
    shelf: str
    record: bytes


class SealedWordsRow(SQLModel, table=True):
    """The words of an entry of the journal, encrypted. Owner: `daemon.journal.sealed`."""

    __tablename__ = "sealed_words"  # pyright: ignore[reportAssignmentType] - SQLModel declares it as a function

    entry: int = Field(primary_key=True, foreign_key="entry.id")
    shelf: str
    record: bytes
