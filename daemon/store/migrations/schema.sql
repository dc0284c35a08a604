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
);

CREATE UNIQUE INDEX notification_open ON notification (key) WHERE ended_at IS NULL;

CREATE INDEX notification_key ON notification (key, id);

CREATE INDEX notification_ended ON notification (ended_at) WHERE ended_at IS NOT NULL;

CREATE INDEX notification_told_in ON notification (told_in) WHERE told_in IS NOT NULL;

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
);

CREATE INDEX notification_step_of ON notification_step (notification, id);

CREATE TABLE attention (
    person TEXT NOT NULL,
    urgency INTEGER NOT NULL,
    told INTEGER NOT NULL,
    answered INTEGER NOT NULL,
    dismissed INTEGER NOT NULL,
    day TEXT NOT NULL,
    today INTEGER NOT NULL,
    PRIMARY KEY (person, urgency)
);

CREATE TABLE undisturbed (
    person TEXT PRIMARY KEY NOT NULL,
    until TEXT NOT NULL,
    said_at TEXT NOT NULL
);

CREATE TABLE calendar_item (
    calendar TEXT NOT NULL,
    href TEXT NOT NULL,
    etag TEXT NOT NULL,
    ics TEXT NOT NULL,
    PRIMARY KEY (calendar, href)
);

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
);

CREATE INDEX calendar_event_begins ON calendar_event (begins);

CREATE INDEX calendar_event_item ON calendar_event (calendar, href);

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
);

CREATE TABLE calendar_state (
    calendar TEXT PRIMARY KEY NOT NULL,
    source TEXT NOT NULL,
    token TEXT,
    synced_at TEXT,
    expanded TEXT NOT NULL
);

CREATE TABLE calendar_rule (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    calendar TEXT,
    uid TEXT,
    words TEXT,
    before_s REAL NOT NULL,
    area TEXT,
    person TEXT
);

CREATE TABLE calendar_told (
    key TEXT PRIMARY KEY NOT NULL,
    at TEXT NOT NULL
);

CREATE TABLE token_used (
    nonce TEXT PRIMARY KEY NOT NULL,
    expires_at TEXT NOT NULL
) WITHOUT ROWID;

CREATE INDEX token_used_expires ON token_used (expires_at);

CREATE TABLE learned (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    language TEXT NOT NULL,
    words TEXT NOT NULL,
    thing TEXT,
    renamed INTEGER NOT NULL,
    command TEXT,
    hint TEXT NOT NULL,
    at TEXT NOT NULL,
    person TEXT,
    cause TEXT NOT NULL
);

CREATE TABLE watch_seen (
    watch TEXT NOT NULL,
    entity TEXT NOT NULL,
    armed INTEGER NOT NULL,
    told_at TEXT,
    PRIMARY KEY (watch, entity)
) WITHOUT ROWID;

CREATE TABLE watch_off (
    watch TEXT PRIMARY KEY NOT NULL,
    at TEXT NOT NULL,
    person TEXT,
    cause TEXT NOT NULL
) WITHOUT ROWID;

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
);

CREATE UNIQUE INDEX memory_ref ON memory (ref) WHERE ref IS NOT NULL;

CREATE INDEX memory_conversation ON memory (conversation);

CREATE INDEX memory_expires ON memory (expires_at) WHERE expires_at IS NOT NULL;

CREATE TABLE memory_posting (
    shelf TEXT NOT NULL,
    term TEXT NOT NULL,
    block INTEGER NOT NULL,
    postings BLOB NOT NULL,
    PRIMARY KEY (shelf, term, block)
) WITHOUT ROWID;

CREATE TABLE memory_sketch (
    shelf TEXT NOT NULL,
    block INTEGER NOT NULL,
    records BLOB NOT NULL,
    PRIMARY KEY (shelf, block)
) WITHOUT ROWID;

CREATE TABLE memory_embedder (
    name TEXT PRIMARY KEY NOT NULL,
    dimensions INTEGER NOT NULL
) WITHOUT ROWID;

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
);

CREATE INDEX memory_fact_subject ON memory_fact (shelf, subject, relation);

CREATE INDEX memory_fact_source ON memory_fact (source);

CREATE TABLE routine (
    id TEXT PRIMARY KEY NOT NULL,
    version INTEGER NOT NULL,
    enabled INTEGER NOT NULL,
    watched TEXT,
    removed_at TEXT
) WITHOUT ROWID;

CREATE TABLE routine_version (
    routine TEXT NOT NULL REFERENCES routine (id),
    version INTEGER NOT NULL,
    form TEXT NOT NULL,
    at TEXT NOT NULL,
    cause TEXT NOT NULL,
    PRIMARY KEY (routine, version)
) WITHOUT ROWID;

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
) WITHOUT ROWID;

CREATE INDEX routine_run_of ON routine_run (routine, began_at);

CREATE INDEX routine_run_going ON routine_run (began_at) WHERE ended_at IS NULL;

CREATE TABLE routine_step (
    run TEXT NOT NULL REFERENCES routine_run (id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    at TEXT NOT NULL,
    step TEXT NOT NULL,
    PRIMARY KEY (run, number)
) WITHOUT ROWID;

CREATE TABLE entry_words (
    entry INTEGER PRIMARY KEY NOT NULL REFERENCES entry (id),
    said TEXT,
    said_salt TEXT,
    body TEXT,
    body_salt TEXT
);

CREATE TRIGGER entry_words_only_forgotten BEFORE UPDATE ON entry_words
WHEN NEW.entry <> OLD.entry
    OR (NEW.said IS NOT OLD.said AND NEW.said IS NOT NULL) OR (NEW.body IS NOT OLD.body AND NEW.body IS NOT NULL)
    OR (NEW.said_salt IS NOT OLD.said_salt AND NEW.said_salt IS NOT NULL)
    OR (NEW.body_salt IS NOT OLD.body_salt AND NEW.body_salt IS NOT NULL)
BEGIN
    SELECT RAISE(ABORT, 'words can be forgotten, not edited');
END;

CREATE TABLE plan (
    id TEXT PRIMARY KEY NOT NULL,
    recipe TEXT NOT NULL,
    goal TEXT NOT NULL,
    form TEXT NOT NULL,
    digest TEXT NOT NULL,
    status TEXT NOT NULL,
    cause TEXT NOT NULL,
    made_at TEXT NOT NULL,
    begun_at TEXT,
    ended_at TEXT,
    why TEXT NOT NULL
) WITHOUT ROWID;

CREATE INDEX plan_made ON plan (made_at);

CREATE TABLE plan_step (
    plan TEXT NOT NULL REFERENCES plan (id) ON DELETE CASCADE,
    step TEXT NOT NULL,
    status TEXT NOT NULL,
    mark TEXT NOT NULL,
    PRIMARY KEY (plan, step)
) WITHOUT ROWID;

CREATE TABLE project (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    name TEXT NOT NULL,
    goal TEXT NOT NULL,
    due TEXT,
    owner TEXT,
    made_at TEXT NOT NULL,
    closed_at TEXT
);

CREATE TABLE project_item (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    project INTEGER NOT NULL REFERENCES project (id),
    kind TEXT NOT NULL,
    text TEXT NOT NULL,
    who TEXT NOT NULL,
    made_at TEXT NOT NULL,
    done_at TEXT
);

CREATE INDEX project_item_of ON project_item (project);

CREATE TABLE voiceprint (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    person TEXT NOT NULL,
    model TEXT NOT NULL,
    vector BLOB NOT NULL,
    at TEXT NOT NULL
);

CREATE TABLE habit (
    id TEXT PRIMARY KEY NOT NULL,
    status TEXT NOT NULL,
    told TEXT NOT NULL,
    about TEXT NOT NULL,
    score REAL NOT NULL,
    found_at TEXT NOT NULL,
    seen_at TEXT NOT NULL,
    offered_at TEXT,
    answered_at TEXT,
    person TEXT
);

CREATE TABLE habit_quiet (
    id INTEGER PRIMARY KEY NOT NULL CHECK (id = 1),
    at TEXT NOT NULL,
    person TEXT,
    cause TEXT NOT NULL
);

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
);

CREATE INDEX lent_right_now ON lent_right (id) WHERE ended_at IS NULL;

CREATE TABLE pin (
    person TEXT PRIMARY KEY NOT NULL,
    salt TEXT NOT NULL,
    hash TEXT NOT NULL,
    set_at TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE pin_try (
    who TEXT PRIMARY KEY NOT NULL,
    wrong INTEGER NOT NULL,
    locked_until TEXT
) WITHOUT ROWID;

CREATE TABLE approved_tool (
    server TEXT NOT NULL,
    tool TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    approved_at TEXT NOT NULL,
    PRIMARY KEY (server, tool)
) WITHOUT ROWID;

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
) WITHOUT ROWID;

CREATE TABLE sealed_row (
    name TEXT NOT NULL,
    id INTEGER NOT NULL,
    shelf TEXT NOT NULL,
    record BLOB NOT NULL,
    PRIMARY KEY (name, id)
) WITHOUT ROWID;

CREATE INDEX sealed_row_shelf ON sealed_row (shelf);

CREATE TABLE sealed_note (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    shelf TEXT NOT NULL,
    record BLOB NOT NULL
);

CREATE TABLE sealed_words (
    entry INTEGER PRIMARY KEY NOT NULL REFERENCES entry (id),
    shelf TEXT NOT NULL,
    record BLOB NOT NULL
);

CREATE TRIGGER memory_never_plain BEFORE INSERT ON memory
WHEN EXISTS (SELECT 1 FROM sealed_shelf WHERE shelf = NEW.shelf)
BEGIN
    SELECT RAISE(ABORT, 'this shelf is sealed');
END;

CREATE TRIGGER memory_fact_never_plain BEFORE INSERT ON memory_fact
WHEN EXISTS (SELECT 1 FROM sealed_shelf WHERE shelf = NEW.shelf)
BEGIN
    SELECT RAISE(ABORT, 'this shelf is sealed');
END;

CREATE TRIGGER memory_posting_never_plain BEFORE INSERT ON memory_posting
WHEN EXISTS (SELECT 1 FROM sealed_shelf WHERE shelf = NEW.shelf)
BEGIN
    SELECT RAISE(ABORT, 'this shelf is sealed');
END;

CREATE TRIGGER memory_sketch_never_plain BEFORE INSERT ON memory_sketch
WHEN EXISTS (SELECT 1 FROM sealed_shelf WHERE shelf = NEW.shelf)
BEGIN
    SELECT RAISE(ABORT, 'this shelf is sealed');
END;

CREATE TRIGGER entry_words_never_plain BEFORE INSERT ON entry_words
WHEN NEW.said IS NOT NULL AND EXISTS (
    SELECT 1 FROM entry JOIN sealed_shelf ON sealed_shelf.person = entry.person WHERE entry.id = NEW.entry
)
BEGIN
    SELECT RAISE(ABORT, 'the words of this person are sealed');
END;
