"""The rows of tools of others."""

from sqlmodel import Field, SQLModel


class ApprovedToolRow(SQLModel, table=True):
    """A tool that the owner has approved, as it was then. Owner: `daemon.mcp.approvals`."""

    __tablename__ = "approved_tool"  # pyright: ignore[reportAssignmentType] - SQLModel declares it as a function

    server: str = Field(primary_key=True)
    """Its name in the configuration."""
    tool: str = Field(primary_key=True)
    fingerprint: str
    """Of its name, description and schemas, see `daemon.mcp.model.fingerprint`."""
    approved_at: str
