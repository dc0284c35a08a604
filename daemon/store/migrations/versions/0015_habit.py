"""Habits that were found, what was proposed of them, and what people answered."""

from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.execute("""
CREATE TABLE habit (
    id TEXT PRIMARY KEY NOT NULL,
    status TEXT NOT NULL,
    told TEXT NOT NULL,
    about TEXT NOT NULL,
    score REAL NOT NULL,
    found_at TEXT NOT NULL,
    seen_at TEXT NOT NULL,
    offered_at TEXT,
    answered_at TEXT,
    person TEXT
)
""")
    op.execute("""
CREATE TABLE habit_quiet (
    id INTEGER PRIMARY KEY NOT NULL CHECK (id = 1),
    at TEXT NOT NULL,
    person TEXT,
    cause TEXT NOT NULL
)
""")
