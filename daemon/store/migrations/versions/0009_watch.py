"""What skills tell by themselves: what was told, and what people want to hear no more of."""

from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.execute("""
CREATE TABLE watch_seen (
    watch TEXT NOT NULL,
    entity TEXT NOT NULL,
    armed INTEGER NOT NULL,
    told_at TEXT,
    PRIMARY KEY (watch, entity)
) WITHOUT ROWID
""")
    op.execute("""
CREATE TABLE watch_off (
    watch TEXT PRIMARY KEY NOT NULL,
    at TEXT NOT NULL,
    person TEXT,
    cause TEXT NOT NULL
) WITHOUT ROWID
""")
