"""What the house makes of what people do again and again."""

from daemon.config.section import Section


class HabitsSection(Section):
    """``[habits]``: what is looked for in the history at night, to propose routines."""

    look: bool = True
    """Whether the history is looked through for habits at all."""
    suggest: bool = True
    """Whether a routine is proposed unasked, one a day at the most; "stop suggesting routines" ends it, too."""
