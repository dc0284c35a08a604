"""The rows. Each class names the one module that reads and writes it; nothing else does."""

from sqlmodel import Field, SQLModel


class EntryRow(SQLModel, table=True):
    """One line of the journal. Owner: `daemon.journal`. Never updated, never deleted: triggers see to it."""

    __tablename__ = "entry"  # pyright: ignore[reportAssignmentType] - SQLModel declares it as a function
    __table_args__ = {"sqlite_autoincrement": True}

    id: int = Field(primary_key=True)
    at: str
    """ISO 8601 in UTC with microseconds, so that its order as text is its order in time."""
    kind: str
    cause: str = Field(index=True)
    parent: str | None
    origin: str
    person: str | None
    said: str | None
    """The salted digest of what was said; the words are in `EntryWordsRow`."""
    effect: str
    risk: int
    targets: str
    """A JSON list of entity ids."""
    verdict: str | None
    """Filled where `kind` is an outcome."""
    ref: int | None = Field(foreign_key="entry.id")
    """The entry that this one is about."""
    body: str
    """The salted digest of the body, which is canonical JSON; it is in `EntryWordsRow`."""
    previous_hash: str
    hash: str


class EntryWordsRow(SQLModel, table=True):
    """The words of an entry, beside the chain: they can be forgotten. Owner: `daemon.journal`.

    A trigger lets them be emptied, and nothing else.
    """

    __tablename__ = "entry_words"  # pyright: ignore[reportAssignmentType] - SQLModel declares it as a function

    entry: int = Field(primary_key=True, foreign_key="entry.id")
    said: str | None
    """None with a digest in the entry: it was forgotten."""
    said_salt: str | None
    body: str | None
    """None: it was forgotten."""
    body_salt: str | None


class EntryTargetRow(SQLModel, table=True):
    """Which outcomes and notes are about which entity; kept by a trigger. Owner: `daemon.journal`."""

    __tablename__ = "entry_target"  # pyright: ignore[reportAssignmentType] - SQLModel declares it as a function

    entity: str = Field(primary_key=True)
    entry: int = Field(primary_key=True, foreign_key="entry.id")


class EntryHeadRow(SQLModel, table=True):
    """The newest entry, in the one row; kept by a trigger. Owner: `daemon.journal`."""

    __tablename__ = "entry_head"  # pyright: ignore[reportAssignmentType] - SQLModel declares it as a function

    id: int = Field(primary_key=True)
    entry: int
    hash: str


class ApprovalRow(SQLModel, table=True):
    """A wish that waits, or waited, for a yes. Owner: `daemon.gateway.approvals`.

    The wish itself is not in here: it may hold a code, and it does not outlive the process.
    """

    __tablename__ = "approval"  # pyright: ignore[reportAssignmentType] - SQLModel declares it as a function

    id: str = Field(primary_key=True)
    entry: int = Field(foreign_key="entry.id")
    """The wish's entry in the journal."""
    question: str
    asked_at: str
    expires_at: str
    settled: str | None
    """``yes``, ``no`` or ``expired``; none while it waits."""
    settled_at: str | None


class DueRow(SQLModel, table=True):
    """Something that is due at a time, or was. Owner: `daemon.schedule`."""

    __tablename__ = "due"  # pyright: ignore[reportAssignmentType] - SQLModel declares it as a function
    __table_args__ = {"sqlite_autoincrement": True}

    id: int = Field(primary_key=True)
    kind: str
    payload: str
    """JSON."""
    at: str
    """ISO 8601 in UTC with microseconds; derived where there is a wall."""
    wall: str | None
    """ISO 8601 without a zone."""
    zone: str | None
    """None with a wall: the zone of the house, wherever that may move."""
    rule: str | None
    begins: str | None
    """The wall from which the rule counts."""
    elapsed: int
    """1 for a timer."""
    late: str
    window_s: float
    owner: str | None
    cause: str
    """JSON."""
    name: str | None
    paused_left_s: float | None
    fired: int
    last: str | None
    """The newest occurrence that was handed over."""
    derived_at: str
    """What time it was when `at` was derived: if the clock is set to before it, that is to be done again."""
    begun: int
    """In how many starts its handling was begun, without an end."""
    note: str | None
    """How the last occurrence went, where there is something to say."""
    settled_at: str | None


class ListItemRow(SQLModel, table=True):
    """One thing on a list. Owner: `daemon.lists`."""

    __tablename__ = "list_item"  # pyright: ignore[reportAssignmentType] - SQLModel declares it as a function
    __table_args__ = {"sqlite_autoincrement": True}

    id: int | None = Field(default=None, primary_key=True)
    list: str
    """Folded: ``shopping``."""
    text: str
    """As it was said."""
    added_at: str
    person: str | None
    done_at: str | None = None
    """When it was checked off."""


class NotificationRow(SQLModel, table=True):
    """Something that is or was to be told. Owner: `daemon.notify.rows`."""

    __tablename__ = "notification"  # pyright: ignore[reportAssignmentType] - SQLModel declares it as a function
    __table_args__ = {"sqlite_autoincrement": True}

    id: int = Field(primary_key=True)
    key: str
    """What it is called by those who raise it; only one of a key is open at a time."""
    kind: str
    text: str
    urgency: int
    people: str
    """A JSON list of person ids; empty: whoever is there."""
    body: str
    """JSON: the title, the reason, the room, the answers to offer and what else there is no need to search."""
    cause: str
    """JSON."""
    due_at: str
    raised_at: str
    count: int
    """How often it was raised while it was open."""
    round: int
    """How often everybody was tried before."""
    declined: str
    """A JSON list of those who said that it is not for them."""
    held: str | None
    """Why it is not told now."""
    held_until: str | None
    released: int
    """1 once it has waited for the time that it was held for: it does not wait for the same reason again."""
    state: str
    note: str
    """Why it is in this state, for people."""
    answer: str | None
    answered_by: str | None
    answered_on: str | None
    """The channel."""
    told_in: int | None = Field(foreign_key="notification.id", ondelete="SET NULL")
    """The digest that it was told in."""
    ended_at: str | None


class NotificationStepRow(SQLModel, table=True):
    """One message to one person on one channel. Owner: `daemon.notify.rows`."""

    __tablename__ = "notification_step"  # pyright: ignore[reportAssignmentType] - SQLModel declares it as a function
    __table_args__ = {"sqlite_autoincrement": True}

    id: int = Field(primary_key=True)
    notification: int = Field(foreign_key="notification.id", ondelete="CASCADE")
    at: str
    round: int
    because: str
    channel: str
    person: str
    """Empty: whoever is there."""
    area: str | None
    """Where it was spoken."""
    result: str
    """Empty while it is under way."""
    detail: str
    settled_at: str | None
    withdrawn_at: str | None


class AttentionRow(SQLModel, table=True):
    """How a person takes notices of an urgency. Owner: `daemon.notify.rows`."""

    __tablename__ = "attention"  # pyright: ignore[reportAssignmentType] - SQLModel declares it as a function

    person: str = Field(primary_key=True)
    urgency: int = Field(primary_key=True)
    told: int
    answered: int
    dismissed: int
    day: str
    """The date, in the house, that `today` counts."""
    today: int


class UndisturbedRow(SQLModel, table=True):
    """Who does not want to be disturbed, and until when. Owner: `daemon.notify.rows`."""

    __tablename__ = "undisturbed"  # pyright: ignore[reportAssignmentType] - SQLModel declares it as a function

    person: str = Field(primary_key=True)
    until: str
    said_at: str


class CalendarItemRow(SQLModel, table=True):
    """One object of a calendar as its source has it, or will have it. Owner: `daemon.calendar.rows`."""

    __tablename__ = "calendar_item"  # pyright: ignore[reportAssignmentType] - SQLModel declares it as a function

    calendar: str = Field(primary_key=True)
    href: str = Field(primary_key=True)
    etag: str
    """Empty where it is not known: then it is fetched."""
    ics: str


class CalendarEventRow(SQLModel, table=True):
    """When something of a calendar takes place: derived from its item. Owner: `daemon.calendar.rows`."""

    __tablename__ = "calendar_event"  # pyright: ignore[reportAssignmentType] - SQLModel declares it as a function

    id: str = Field(primary_key=True)
    calendar: str
    href: str
    uid: str
    recurrence: str | None
    """Which one of a series it is: the value of its RECURRENCE-ID."""
    title: str
    place: str
    begins: str
    """ISO 8601 in UTC, so that its order as text is its order in time."""
    ends: str
    all_day: int
    busy: int
    guests: int


class CalendarChangeRow(SQLModel, table=True):
    """A change that was made here, and whether the source has it. Owner: `daemon.calendar.rows`."""

    __tablename__ = "calendar_change"  # pyright: ignore[reportAssignmentType] - SQLModel declares it as a function
    __table_args__ = {"sqlite_autoincrement": True}

    id: int | None = Field(default=None, primary_key=True)
    calendar: str
    href: str
    etag: str | None
    """What the source must still have for it to be made; none: nothing."""
    before: str | None
    after: str | None
    """None: it was deleted."""
    what: str
    at: str
    settled_at: str | None = None


class CalendarStateRow(SQLModel, table=True):
    """How far a calendar was read. Owner: `daemon.calendar.rows`."""

    __tablename__ = "calendar_state"  # pyright: ignore[reportAssignmentType] - SQLModel declares it as a function

    calendar: str = Field(primary_key=True)
    source: str
    token: str | None
    synced_at: str | None
    expanded: str
    """For which zone and from which day its events were derived."""


class CalendarRuleRow(SQLModel, table=True):
    """How long before an event someone wants to be reminded. Owner: `daemon.calendar.rows`."""

    __tablename__ = "calendar_rule"  # pyright: ignore[reportAssignmentType] - SQLModel declares it as a function
    __table_args__ = {"sqlite_autoincrement": True}

    id: int | None = Field(default=None, primary_key=True)
    calendar: str | None
    uid: str | None
    """Which event or series; none: every one with these words."""
    words: str | None
    before_s: float
    area: str | None
    person: str | None


class CalendarToldRow(SQLModel, table=True):
    """Of which event someone was reminded already. Owner: `daemon.calendar.rows`."""

    __tablename__ = "calendar_told"  # pyright: ignore[reportAssignmentType] - SQLModel declares it as a function

    key: str = Field(primary_key=True)
    at: str


class TokenUsedRow(SQLModel, table=True):
    """A button that was pressed: it is good only once. Owner: `daemon.tokens`."""

    __tablename__ = "token_used"  # pyright: ignore[reportAssignmentType] - SQLModel declares it as a function

    nonce: str = Field(primary_key=True)
    expires_at: str
    """ISO 8601 in UTC; long after it, the row goes."""


class LearnedRow(SQLModel, table=True):
    """Words that the household taught. Owner: `daemon.learning`."""

    __tablename__ = "learned"  # pyright: ignore[reportAssignmentType] - SQLModel declares it as a function
    __table_args__ = {"sqlite_autoincrement": True}

    id: int | None = Field(default=None, primary_key=True)
    language: str
    words: str
    """As they are said."""
    thing: str | None
    """The entity that is called so; none of a paraphrase."""
    renamed: int
    """1 if this is its name now, 0 if it is called so too."""
    command: str | None
    """What a paraphrase stands for, in words."""
    hint: str
    """How it was learned: ``said`` outright, or what showed it."""
    at: str
    person: str | None
    cause: str


class WatchSeenRow(SQLModel, table=True):
    """What is known of a thing that a skill watches. Owner: `daemon.proactive`."""

    __tablename__ = "watch_seen"  # pyright: ignore[reportAssignmentType] - SQLModel declares it as a function

    watch: str = Field(primary_key=True)
    entity: str = Field(primary_key=True)
    armed: int
    """1 once what must come before was so: the machine was running."""
    told_at: str | None
    """ISO 8601; none: it is not so, or was not told yet."""


class WatchOffRow(SQLModel, table=True):
    """A watch that somebody wants to hear no more of. Owner: `daemon.proactive`."""

    __tablename__ = "watch_off"  # pyright: ignore[reportAssignmentType] - SQLModel declares it as a function

    watch: str = Field(primary_key=True)
    at: str
    person: str | None
    cause: str


class MemoryRow(SQLModel, table=True):
    """Something that was said or noted, word for word. Owner: `daemon.memory.rows`."""

    __tablename__ = "memory"  # pyright: ignore[reportAssignmentType] - SQLModel declares it as a function
    __table_args__ = {"sqlite_autoincrement": True}

    id: int = Field(primary_key=True)
    shelf: str
    """Who may read it: a person's id, or empty for the whole household."""
    text: str
    at: str
    """When it was said; ISO 8601 in UTC."""
    owner: str | None
    """The person whose it is."""
    speaker: str | None
    """Who said it, as it was given."""
    conversation: str | None
    session: int
    """The first memory of the stretch of talk that this one belongs to."""
    area: str | None
    ref: str | None
    """What it is called elsewhere."""
    entry: int | None
    """The journal's entry that it came from; not a foreign key, for either may go first."""
    confidence: float
    assurance: str
    known_from: str
    """When it was taken down here."""
    expires_at: str | None
    tainted: int
    vector: bytes | None
    """int8 per dimension of the embedder, on no common scale: only its direction means something."""


class MemoryPostingRow(SQLModel, table=True):
    """Which memories of a block hold a stem. Owner: `daemon.memory.postings`."""

    __tablename__ = "memory_posting"  # pyright: ignore[reportAssignmentType] - SQLModel declares it as a function

    shelf: str = Field(primary_key=True)
    term: str = Field(primary_key=True)
    block: int = Field(primary_key=True)
    postings: bytes


class MemorySketchRow(SQLModel, table=True):
    """What ranking needs of the memories of a block, in a few bytes each. Owner: `daemon.memory.sketches`."""

    __tablename__ = "memory_sketch"  # pyright: ignore[reportAssignmentType] - SQLModel declares it as a function

    shelf: str = Field(primary_key=True)
    block: int = Field(primary_key=True)
    records: bytes


class MemoryEmbedderRow(SQLModel, table=True):
    """What made the vectors, in the one row. Owner: `daemon.memory.rows`."""

    __tablename__ = "memory_embedder"  # pyright: ignore[reportAssignmentType] - SQLModel declares it as a function

    name: str = Field(primary_key=True)
    dimensions: int


class MemoryFactRow(SQLModel, table=True):
    """What is known of somebody or something, and from when until when. Owner: `daemon.memory.beliefs`."""

    __tablename__ = "memory_fact"  # pyright: ignore[reportAssignmentType] - SQLModel declares it as a function
    __table_args__ = {"sqlite_autoincrement": True}

    id: int = Field(primary_key=True)
    shelf: str
    kind: str
    subject: str
    relation: str
    object: str
    text: str
    owner: str | None
    source: int | None
    """The memory that it was taken from."""
    entry: int | None
    confidence: float
    assurance: str
    valid_from: str | None
    """Since when it is so in the world; none: nobody said."""
    valid_until: str | None
    known_from: str
    known_until: str | None
    """When it was corrected: from then on it counts as never having been so."""
    expires_at: str | None
