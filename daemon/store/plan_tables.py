"""The rows of plans and projects: what is to be done, where it stands, and what takes weeks."""

from sqlmodel import Field, SQLModel


class PlanRow(SQLModel, table=True):
    """A plan, as a draft, in hand, or over. Owner: `daemon.plans.rows`."""

    __tablename__ = "plan"  # pyright: ignore[reportAssignmentType] - SQLModel declares it as a function

    id: str = Field(primary_key=True)
    recipe: str
    goal: str
    form: str
    """JSON of `skills.plans.PlanForm`; never changed."""
    digest: str
    status: str
    cause: str
    """JSON: who wished for it; once it was begun, who approved it."""
    made_at: str
    begun_at: str | None
    ended_at: str | None
    why: str


class PlanStepRow(SQLModel, table=True):
    """Where one step of a plan stands. Owner: `daemon.plans.rows`."""

    __tablename__ = "plan_step"  # pyright: ignore[reportAssignmentType] - SQLModel declares it as a function

    plan: str = Field(primary_key=True, foreign_key="plan.id")
    step: str = Field(primary_key=True)
    status: str
    mark: str
    """JSON of `daemon.plans.progress.Mark`."""


class ProjectRow(SQLModel, table=True):
    """Something that takes weeks. Owner: `daemon.plans.projects`."""

    __tablename__ = "project"  # pyright: ignore[reportAssignmentType] - SQLModel declares it as a function

    id: int | None = Field(default=None, primary_key=True)
    name: str
    goal: str
    due: str | None
    """A day."""
    owner: str | None
    made_at: str
    closed_at: str | None


class ProjectItemRow(SQLModel, table=True):
    """A next step or an open question of a project. Owner: `daemon.plans.projects`."""

    __tablename__ = "project_item"  # pyright: ignore[reportAssignmentType] - SQLModel declares it as a function

    id: int | None = Field(default=None, primary_key=True)
    project: int = Field(foreign_key="project.id")
    kind: str
    text: str
    who: str
    made_at: str
    done_at: str | None
