"""Buttons: which of them were pressed."""

from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.execute("""
CREATE TABLE token_used (
    nonce TEXT PRIMARY KEY NOT NULL,
    expires_at TEXT NOT NULL
) WITHOUT ROWID
""")

    op.execute("""
CREATE INDEX token_used_expires ON token_used (expires_at)
""")
