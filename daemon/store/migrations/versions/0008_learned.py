"""Learning: what the household calls things, and how it says them."""

from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.execute("""
CREATE TABLE learned (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    language TEXT NOT NULL,
    words TEXT NOT NULL,
    thing TEXT,
    renamed INTEGER NOT NULL,
    command TEXT,
    hint TEXT NOT NULL,
    at TEXT NOT NULL,
    person TEXT,
    cause TEXT NOT NULL
)
""")
