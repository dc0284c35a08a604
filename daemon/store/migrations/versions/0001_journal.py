"""The journal: entries in a chain, which entity each is about, and the newest one."""

from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.execute("""
CREATE TABLE entry (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at TEXT NOT NULL,
    kind TEXT NOT NULL,
    cause TEXT NOT NULL,
    parent TEXT,
    origin TEXT NOT NULL,
    person TEXT,
    said TEXT,
    effect TEXT NOT NULL,
    risk INTEGER NOT NULL,
    targets TEXT NOT NULL,
    verdict TEXT,
    ref INTEGER REFERENCES entry (id),
    body TEXT NOT NULL,
    previous_hash TEXT NOT NULL,
    hash TEXT NOT NULL
)
""")

    op.execute("""
CREATE INDEX entry_cause ON entry (cause)
""")

    op.execute("""
CREATE INDEX entry_ref ON entry (ref, kind)
""")

    op.execute("""
CREATE TABLE entry_target (
    entity TEXT NOT NULL,
    entry INTEGER NOT NULL REFERENCES entry (id),
    PRIMARY KEY (entity, entry)
) WITHOUT ROWID
""")

    op.execute("""
CREATE TABLE entry_head (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    entry INTEGER NOT NULL,
    hash TEXT NOT NULL
)
""")

    op.execute("""
INSERT INTO entry_head VALUES (1, 0, '')
""")

    op.execute("""
CREATE TRIGGER entry_in_order BEFORE INSERT ON entry
WHEN NOT EXISTS (SELECT 1 FROM entry_head WHERE entry = NEW.id - 1 AND hash = NEW.previous_hash)
BEGIN
    SELECT RAISE(ABORT, 'an entry must follow the newest one');
END
""")

    op.execute("""
CREATE TRIGGER entry_written AFTER INSERT ON entry
BEGIN
    UPDATE entry_head SET entry = NEW.id, hash = NEW.hash;
    INSERT INTO entry_target SELECT DISTINCT value, NEW.id FROM json_each(NEW.targets) WHERE NEW.kind IN ('outcome', 'note');
END
""")

    op.execute("""
CREATE TRIGGER entry_not_edited BEFORE UPDATE ON entry
BEGIN
    SELECT RAISE(ABORT, 'the journal is append-only');
END
""")

    op.execute("""
CREATE TRIGGER entry_not_removed BEFORE DELETE ON entry
BEGIN
    SELECT RAISE(ABORT, 'the journal is append-only');
END
""")
