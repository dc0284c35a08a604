-- The database of the newest revision. The tests compare it with what the migrations make.
CREATE TABLE alembic_version (
    version_num VARCHAR(32) NOT NULL,
    CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);

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
);

CREATE INDEX entry_cause ON entry (cause);

CREATE INDEX entry_ref ON entry (ref, kind);

CREATE TABLE entry_target (
    entity TEXT NOT NULL,
    entry INTEGER NOT NULL REFERENCES entry (id),
    PRIMARY KEY (entity, entry)
) WITHOUT ROWID;

CREATE TABLE entry_head (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    entry INTEGER NOT NULL,
    hash TEXT NOT NULL
);

INSERT INTO entry_head VALUES (1, 0, '');

CREATE TRIGGER entry_in_order BEFORE INSERT ON entry
WHEN NOT EXISTS (SELECT 1 FROM entry_head WHERE entry = NEW.id - 1 AND hash = NEW.previous_hash)
BEGIN
    SELECT RAISE(ABORT, 'an entry must follow the newest one');
END;

CREATE TRIGGER entry_written AFTER INSERT ON entry
BEGIN
    UPDATE entry_head SET entry = NEW.id, hash = NEW.hash;
    INSERT INTO entry_target SELECT DISTINCT value, NEW.id FROM json_each(NEW.targets) WHERE NEW.kind IN ('outcome', 'note');
END;

CREATE TRIGGER entry_not_edited BEFORE UPDATE ON entry
BEGIN
    SELECT RAISE(ABORT, 'the journal is append-only');
END;

CREATE TRIGGER entry_not_removed BEFORE DELETE ON entry
BEGIN
    SELECT RAISE(ABORT, 'the journal is append-only');
END;

CREATE TABLE approval (
    id TEXT PRIMARY KEY NOT NULL,
    entry INTEGER NOT NULL REFERENCES entry (id),
    question TEXT NOT NULL,
    asked_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    settled TEXT,
    settled_at TEXT
);

CREATE INDEX approval_open ON approval (expires_at) WHERE settled IS NULL;

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
);

CREATE INDEX due_open ON due (at) WHERE settled_at IS NULL;

CREATE INDEX due_settled ON due (settled_at) WHERE settled_at IS NOT NULL;

CREATE TABLE list_item (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    list TEXT NOT NULL,
    text TEXT NOT NULL,
    added_at TEXT NOT NULL,
    person TEXT,
    done_at TEXT
);

CREATE INDEX list_item_list ON list_item (list, id);
