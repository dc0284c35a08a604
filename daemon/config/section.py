"""What every table of the configuration is made of."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Port = Annotated[int, Field(ge=1, le=65535)]
Name = Annotated[str, Field(min_length=1, max_length=120)]
HttpUrl = Annotated[str, Field(pattern=r"^https?://[^\s/@]+(/[^\s?#]*)?$")]
"""An address without a user, a query or a fragment; a secret has no place in it."""


class Section(BaseModel):
    """One table of the file: frozen, unknown keys are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True)
