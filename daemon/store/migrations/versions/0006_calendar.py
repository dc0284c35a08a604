"""Calendars: what is in them, when that is, what is to be written to them, and what people are reminded of."""

from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.execute("""
CREATE TABLE calendar_item (
    calendar TEXT NOT NULL,
    href TEXT NOT NULL,
    etag TEXT NOT NULL,
    ics TEXT NOT NULL,
    PRIMARY KEY (calendar, href)
)
""")

    op.execute("""
CREATE TABLE calendar_event (
    id TEXT PRIMARY KEY NOT NULL,
    calendar TEXT NOT NULL,
    href TEXT NOT NULL,
    uid TEXT NOT NULL,
    recurrence TEXT,
    title TEXT NOT NULL,
    place TEXT NOT NULL,
    begins TEXT NOT NULL,
    ends TEXT NOT NULL,
    all_day INTEGER NOT NULL,
    busy INTEGER NOT NULL,
    guests INTEGER NOT NULL
)
""")

    op.execute("""
CREATE INDEX calendar_event_begins ON calendar_event (begins)
""")

    op.execute("""
CREATE INDEX calendar_event_item ON calendar_event (calendar, href)
""")

    op.execute("""
CREATE TABLE calendar_change (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    calendar TEXT NOT NULL,
    href TEXT NOT NULL,
    etag TEXT,
    before TEXT,
    after TEXT,
    what TEXT NOT NULL,
    at TEXT NOT NULL,
    settled_at TEXT
)
""")

    op.execute("""
CREATE TABLE calendar_state (
    calendar TEXT PRIMARY KEY NOT NULL,
    source TEXT NOT NULL,
    token TEXT,
    synced_at TEXT,
    expanded TEXT NOT NULL
)
""")

    op.execute("""
CREATE TABLE calendar_rule (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    calendar TEXT,
    uid TEXT,
    words TEXT,
    before_s REAL NOT NULL,
    area TEXT,
    person TEXT
)
""")

    op.execute("""
CREATE TABLE calendar_told (
    key TEXT PRIMARY KEY NOT NULL,
    at TEXT NOT NULL
)
""")
