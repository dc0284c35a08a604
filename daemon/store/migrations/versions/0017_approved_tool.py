"""Tools of others that the owner has approved."""

from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    op.execute("""
CREATE TABLE approved_tool (
    server TEXT NOT NULL,
    tool TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    approved_at TEXT NOT NULL,
    PRIMARY KEY (server, tool)
) WITHOUT ROWID
""")
