"""Memory: what was said, the index over it, and the facts that came of it."""

from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.execute("""
CREATE TABLE memory (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    shelf TEXT NOT NULL,
    text TEXT NOT NULL,
    at TEXT NOT NULL,
    owner TEXT,
    speaker TEXT,
    conversation TEXT,
    session INTEGER NOT NULL,
    area TEXT,
    ref TEXT,
    entry INTEGER,
    confidence REAL NOT NULL,
    assurance TEXT NOT NULL,
    known_from TEXT NOT NULL,
    expires_at TEXT,
    tainted INTEGER NOT NULL,
    vector BLOB
)
""")
    op.execute("CREATE UNIQUE INDEX memory_ref ON memory (ref) WHERE ref IS NOT NULL")
    op.execute("CREATE INDEX memory_conversation ON memory (conversation)")
    op.execute("CREATE INDEX memory_expires ON memory (expires_at) WHERE expires_at IS NOT NULL")
    op.execute("""
CREATE TABLE memory_posting (
    shelf TEXT NOT NULL,
    term TEXT NOT NULL,
    block INTEGER NOT NULL,
    postings BLOB NOT NULL,
    PRIMARY KEY (shelf, term, block)
) WITHOUT ROWID
""")
    op.execute("""
CREATE TABLE memory_sketch (
    shelf TEXT NOT NULL,
    block INTEGER NOT NULL,
    records BLOB NOT NULL,
    PRIMARY KEY (shelf, block)
) WITHOUT ROWID
""")
    op.execute("""
CREATE TABLE memory_embedder (
    name TEXT PRIMARY KEY NOT NULL,
    dimensions INTEGER NOT NULL
) WITHOUT ROWID
""")
    op.execute("""
CREATE TABLE memory_fact (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    shelf TEXT NOT NULL,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    relation TEXT NOT NULL,
    object TEXT NOT NULL,
    text TEXT NOT NULL,
    owner TEXT,
    source INTEGER,
    entry INTEGER,
    confidence REAL NOT NULL,
    assurance TEXT NOT NULL,
    valid_from TEXT,
    valid_until TEXT,
    known_from TEXT NOT NULL,
    known_until TEXT,
    expires_at TEXT
)
""")
    op.execute("CREATE INDEX memory_fact_subject ON memory_fact (shelf, subject, relation)")
    op.execute("CREATE INDEX memory_fact_source ON memory_fact (source)")
