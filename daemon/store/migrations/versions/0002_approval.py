"""Wishes that wait for a yes."""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.execute("""
CREATE TABLE approval (
    id TEXT PRIMARY KEY NOT NULL,
    entry INTEGER NOT NULL REFERENCES entry (id),
    question TEXT NOT NULL,
    asked_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    settled TEXT,
    settled_at TEXT
)
""")

    op.execute("""
CREATE INDEX approval_open ON approval (expires_at) WHERE settled IS NULL
""")
