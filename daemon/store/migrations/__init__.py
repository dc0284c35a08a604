"""How the database came to its present form, step by step, and its present form as a whole.

A new revision is a file in ``versions`` (plain SQL in ``op.execute``), its id at the end of `REVISIONS`, the
statements in ``schema.sql`` as they stand after it, the classes in ``tables.py`` or beside it, and a saved database of
the revision before it for the tests, which compare all of these.
"""

from dataclasses import dataclass
from pathlib import Path

REVISIONS = (
    "0001",
    "0002",
    "0003",
    "0004",
    "0005",
    "0006",
    "0007",
    "0008",
    "0009",
    "0010",
    "0011",
    "0012",
    "0013",
    "0014",
    "0015",
    "0016",
    "0017",
    "0018",
)


@dataclass(frozen=True, slots=True)
class Migrations:
    """A folder of Alembic revisions. Alembic, slow to import, is needed only when there is something to migrate."""

    folder: Path
    revisions: tuple[str, ...]
    """Oldest first: known without Alembic."""

    @property
    def head(self) -> str:
        """The newest revision."""
        return self.revisions[-1]

    @property
    def schema(self) -> Path:
        """The statements that make a new database of the newest revision."""
        return self.folder / "schema.sql"

    def upgrade(self, file: Path) -> None:
        """Bring a database, which nobody else has open, to the newest revision."""
        from alembic import command
        from alembic.config import Config
        from sqlalchemy import URL, NullPool, create_engine

        config = Config()
        # A `%` in the path would be taken for interpolation.
        config.set_main_option("script_location", str(self.folder).replace("%", "%%"))
        engine = create_engine(URL.create("sqlite", database=str(file)), poolclass=NullPool)
        with engine.begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, self.head)


MIGRATIONS = Migrations(Path(__file__).parent, REVISIONS)
"""Hearth's own."""
