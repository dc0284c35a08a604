"""Rights that are lent until a time, and PINs."""

from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.execute("""
CREATE TABLE lent_right (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    who TEXT NOT NULL,
    guest TEXT,
    may INTEGER NOT NULL,
    things TEXT NOT NULL,
    domains TEXT NOT NULL,
    areas TEXT NOT NULL,
    lent_at TEXT NOT NULL,
    until TEXT,
    by TEXT,
    cause TEXT NOT NULL,
    ended_at TEXT,
    ended TEXT
)
""")
    op.execute("""
CREATE INDEX lent_right_now ON lent_right (id) WHERE ended_at IS NULL
""")
    op.execute("""
CREATE TABLE pin (
    person TEXT PRIMARY KEY NOT NULL,
    salt TEXT NOT NULL,
    hash TEXT NOT NULL,
    set_at TEXT NOT NULL
) WITHOUT ROWID
""")
    op.execute("""
CREATE TABLE pin_try (
    who TEXT PRIMARY KEY NOT NULL,
    wrong INTEGER NOT NULL,
    locked_until TEXT
) WITHOUT ROWID
""")
