"""The words of the journal beside its chain, so that they can be forgotten; the chain is computed anew over digests.

An entry that did not verify before keeps the hash it had, and does not verify after.
"""

import hashlib
import json
import secrets

from alembic import op

revision = "0012"
down_revision = "0011"

_FIELDS = "at, kind, cause, parent, origin, person, said, effect, risk, targets, verdict, ref, body"
_SAID, _BODY = 6, 12


def upgrade() -> None:
    op.execute("""
CREATE TABLE entry_words (
    entry INTEGER PRIMARY KEY NOT NULL REFERENCES entry (id),
    said TEXT,
    said_salt TEXT,
    body TEXT,
    body_salt TEXT
)
""")
    # Whoever tampered with a record may have taken it away.
    op.execute("DROP TRIGGER IF EXISTS entry_not_edited")
    _chain_anew()
    op.execute("""
CREATE TRIGGER entry_not_edited BEFORE UPDATE ON entry
BEGIN
    SELECT RAISE(ABORT, 'the journal is append-only');
END
""")
    op.execute("""
CREATE TRIGGER entry_words_only_forgotten BEFORE UPDATE ON entry_words
WHEN NEW.entry <> OLD.entry
    OR (NEW.said IS NOT OLD.said AND NEW.said IS NOT NULL) OR (NEW.body IS NOT OLD.body AND NEW.body IS NOT NULL)
    OR (NEW.said_salt IS NOT OLD.said_salt AND NEW.said_salt IS NOT NULL)
    OR (NEW.body_salt IS NOT OLD.body_salt AND NEW.body_salt IS NOT NULL)
BEGIN
    SELECT RAISE(ABORT, 'words can be forgotten, not edited');
END
""")


def _chain_anew() -> None:
    """Put digests in the place of words, and compute each hash over them."""
    run = op.get_bind().exec_driver_sql
    before, now, number = "", "", 0
    for row in run(f"SELECT id, {_FIELDS}, previous_hash, hash FROM entry ORDER BY id").fetchall():  # noqa: S608 - ours
        number, fields, previous, hash_ = row[0], list(row[1:14]), row[14], row[15]
        sound = _link(number, fields, previous) == hash_
        said, body = fields[_SAID], fields[_BODY]
        said_salt = None if said is None else secrets.token_hex(16)
        body_salt = secrets.token_hex(16)
        fields[_SAID] = None if said is None else _digest(said_salt, said)
        fields[_BODY] = _digest(body_salt, body)
        follows = now if previous == before else previous
        anew = _link(number, fields, follows) if sound else hash_
        run(
            "UPDATE entry SET said = ?, body = ?, previous_hash = ?, hash = ? WHERE id = ?",
            (fields[_SAID], fields[_BODY], follows, anew, number),
        )
        run("INSERT INTO entry_words VALUES (?, ?, ?, ?, ?)", (number, said, said_salt, body, body_salt))
        before, now = hash_, anew
    run("UPDATE entry_head SET hash = ? WHERE entry = ? AND hash = ?", (now, number, before))


def _digest(salt: str | None, words: str) -> str:
    return hashlib.sha256(f"{salt}{words}".encode()).hexdigest()


def _link(number: int, fields: list[object], previous: str) -> str:
    content = json.dumps(
        [number, *fields, previous], ensure_ascii=True, sort_keys=True, separators=(",", ":"), default=repr
    )
    return hashlib.sha256(content.encode()).hexdigest()
