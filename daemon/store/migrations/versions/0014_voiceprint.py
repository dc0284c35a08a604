"""How people sound who let their voices be learned."""

from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.execute("""
CREATE TABLE voiceprint (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    person TEXT NOT NULL,
    model TEXT NOT NULL,
    vector BLOB NOT NULL,
    at TEXT NOT NULL
)
""")
