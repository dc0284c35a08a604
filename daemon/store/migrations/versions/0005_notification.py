"""Notices: what was to be told, the steps on the way, and how much attention people gave them."""

from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.execute("""
CREATE TABLE notification (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    key TEXT NOT NULL,
    kind TEXT NOT NULL,
    text TEXT NOT NULL,
    urgency INTEGER NOT NULL,
    people TEXT NOT NULL,
    body TEXT NOT NULL,
    cause TEXT NOT NULL,
    due_at TEXT NOT NULL,
    raised_at TEXT NOT NULL,
    count INTEGER NOT NULL,
    round INTEGER NOT NULL,
    declined TEXT NOT NULL,
    held TEXT,
    held_until TEXT,
    released INTEGER NOT NULL,
    state TEXT NOT NULL,
    note TEXT NOT NULL,
    answer TEXT,
    answered_by TEXT,
    answered_on TEXT,
    told_in INTEGER REFERENCES notification (id) ON DELETE SET NULL,
    ended_at TEXT
)
""")

    op.execute("""
CREATE UNIQUE INDEX notification_open ON notification (key) WHERE ended_at IS NULL
""")

    op.execute("""
CREATE INDEX notification_key ON notification (key, id)
""")

    op.execute("""
CREATE INDEX notification_ended ON notification (ended_at) WHERE ended_at IS NOT NULL
""")

    op.execute("""
CREATE INDEX notification_told_in ON notification (told_in) WHERE told_in IS NOT NULL
""")

    op.execute("""
CREATE TABLE notification_step (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    notification INTEGER NOT NULL REFERENCES notification (id) ON DELETE CASCADE,
    at TEXT NOT NULL,
    round INTEGER NOT NULL,
    because TEXT NOT NULL,
    channel TEXT NOT NULL,
    person TEXT NOT NULL,
    area TEXT,
    result TEXT NOT NULL,
    detail TEXT NOT NULL,
    settled_at TEXT,
    withdrawn_at TEXT
)
""")

    op.execute("""
CREATE INDEX notification_step_of ON notification_step (notification, id)
""")

    op.execute("""
CREATE TABLE attention (
    person TEXT NOT NULL,
    urgency INTEGER NOT NULL,
    told INTEGER NOT NULL,
    answered INTEGER NOT NULL,
    dismissed INTEGER NOT NULL,
    day TEXT NOT NULL,
    today INTEGER NOT NULL,
    PRIMARY KEY (person, urgency)
)
""")

    op.execute("""
CREATE TABLE undisturbed (
    person TEXT PRIMARY KEY NOT NULL,
    until TEXT NOT NULL,
    said_at TEXT NOT NULL
)
""")
