"""What is sealed of people who chose it."""

from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    op.execute("""
CREATE TABLE sealed_shelf (
    shelf TEXT PRIMARY KEY NOT NULL,
    person TEXT NOT NULL,
    public BLOB NOT NULL,
    wrapped BLOB NOT NULL,
    salt BLOB NOT NULL,
    cost INTEGER NOT NULL,
    sealed_at TEXT NOT NULL,
    wrong INTEGER NOT NULL,
    wait_until TEXT
) WITHOUT ROWID
""")
    op.execute("""
CREATE TABLE sealed_row (
    name TEXT NOT NULL,
    id INTEGER NOT NULL,
    shelf TEXT NOT NULL,
    record BLOB NOT NULL,
    PRIMARY KEY (name, id)
) WITHOUT ROWID
""")
    op.execute("CREATE INDEX sealed_row_shelf ON sealed_row (shelf)")
    op.execute("""
CREATE TABLE sealed_note (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    shelf TEXT NOT NULL,
    record BLOB NOT NULL
)
""")
    op.execute("""
CREATE TABLE sealed_words (
    entry INTEGER PRIMARY KEY NOT NULL REFERENCES entry (id),
    shelf TEXT NOT NULL,
    record BLOB NOT NULL
)
""")
    for table in ("memory", "memory_fact", "memory_posting", "memory_sketch"):
        op.execute(f"""
CREATE TRIGGER {table}_never_plain BEFORE INSERT ON {table}
WHEN EXISTS (SELECT 1 FROM sealed_shelf WHERE shelf = NEW.shelf)
BEGIN
    SELECT RAISE(ABORT, 'this shelf is sealed');
END
""")
    op.execute("""
CREATE TRIGGER entry_words_never_plain BEFORE INSERT ON entry_words
WHEN NEW.said IS NOT NULL AND EXISTS (
    SELECT 1 FROM entry JOIN sealed_shelf ON sealed_shelf.person = entry.person WHERE entry.id = NEW.entry
)
BEGIN
    SELECT RAISE(ABORT, 'the words of this person are sealed');
END
""")
