"""The rows of voices."""

from sqlmodel import Field, SQLModel


class VoiceprintRow(SQLModel, table=True):
    """One utterance of a person, as a speaker model hears it. Owner: `daemon.voiceprints`."""

    __tablename__ = "voiceprint"  # pyright: ignore[reportAssignmentType] - SQLModel declares it as a function
    __table_args__ = {"sqlite_autoincrement": True}

    id: int | None = Field(default=None, primary_key=True)
    person: str
    model: str
    """Vectors of two models are never compared."""
    vector: bytes
    """Of length 1, as 32-bit floats, little endian."""
    at: str
