"""The time ledger: everything that is due at some time."""

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.execute("""
CREATE TABLE due (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    payload TEXT NOT NULL,
    at TEXT NOT NULL,
    wall TEXT,
    zone TEXT,
    rule TEXT,
    begins TEXT,
    elapsed INTEGER NOT NULL,
    late TEXT NOT NULL,
    window_s REAL NOT NULL,
    owner TEXT,
    cause TEXT NOT NULL,
    name TEXT,
    paused_left_s REAL,
    fired INTEGER NOT NULL,
    last TEXT,
    derived_at TEXT NOT NULL,
    begun INTEGER NOT NULL,
    note TEXT,
    settled_at TEXT
)
""")

    op.execute("""
CREATE INDEX due_open ON due (at) WHERE settled_at IS NULL
""")

    op.execute("""
CREATE INDEX due_settled ON due (settled_at) WHERE settled_at IS NOT NULL
""")
