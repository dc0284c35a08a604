"""Plans and where each of their steps stands; projects and what belongs to them."""

from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.execute("""
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
) WITHOUT ROWID
""")
    op.execute("""
CREATE INDEX plan_made ON plan (made_at)
""")
    op.execute("""
CREATE TABLE plan_step (
    plan TEXT NOT NULL REFERENCES plan (id) ON DELETE CASCADE,
    step TEXT NOT NULL,
    status TEXT NOT NULL,
    mark TEXT NOT NULL,
    PRIMARY KEY (plan, step)
) WITHOUT ROWID
""")
    op.execute("""
CREATE TABLE project (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    name TEXT NOT NULL,
    goal TEXT NOT NULL,
    due TEXT,
    owner TEXT,
    made_at TEXT NOT NULL,
    closed_at TEXT
)
""")
    op.execute("""
CREATE TABLE project_item (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    project INTEGER NOT NULL REFERENCES project (id),
    kind TEXT NOT NULL,
    text TEXT NOT NULL,
    who TEXT NOT NULL,
    made_at TEXT NOT NULL,
    done_at TEXT
)
""")
    op.execute("""
CREATE INDEX project_item_of ON project_item (project)
""")
