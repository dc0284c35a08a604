"""Routines in all their versions, what they watch, their runs, and what each run did."""

from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.execute("""
CREATE TABLE routine (
    id TEXT PRIMARY KEY NOT NULL,
    version INTEGER NOT NULL,
    enabled INTEGER NOT NULL,
    watched TEXT,
    removed_at TEXT
) WITHOUT ROWID
""")
    op.execute("""
CREATE TABLE routine_version (
    routine TEXT NOT NULL REFERENCES routine (id),
    version INTEGER NOT NULL,
    form TEXT NOT NULL,
    at TEXT NOT NULL,
    cause TEXT NOT NULL,
    PRIMARY KEY (routine, version)
) WITHOUT ROWID
""")
    op.execute("""
CREATE TABLE routine_run (
    id TEXT PRIMARY KEY NOT NULL,
    routine TEXT NOT NULL REFERENCES routine (id),
    version INTEGER NOT NULL,
    cause TEXT NOT NULL,
    began_at TEXT NOT NULL,
    ended_at TEXT,
    result TEXT,
    why TEXT NOT NULL,
    run TEXT,
    pending TEXT NOT NULL
) WITHOUT ROWID
""")
    op.execute("CREATE INDEX routine_run_of ON routine_run (routine, began_at)")
    op.execute("CREATE INDEX routine_run_going ON routine_run (began_at) WHERE ended_at IS NULL")
    op.execute("""
CREATE TABLE routine_step (
    run TEXT NOT NULL REFERENCES routine_run (id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    at TEXT NOT NULL,
    step TEXT NOT NULL,
    PRIMARY KEY (run, number)
) WITHOUT ROWID
""")
