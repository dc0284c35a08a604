"""Lists: what is on them."""

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.execute("""
CREATE TABLE list_item (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    list TEXT NOT NULL,
    text TEXT NOT NULL,
    added_at TEXT NOT NULL,
    person TEXT,
    done_at TEXT
)
""")

    op.execute("""
CREATE INDEX list_item_list ON list_item (list, id)
""")
