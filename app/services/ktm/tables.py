"""Tables that only this room writes."""

from app.services.ktm.words import WHY
from schema.database import Table


class IntakeSession(Table):
    """The socialisation of an intake: when it began and ended (office time), how many came."""


class StudentCard(Table):
    """A card that was drawn, made, and perhaps withdrawn. Lists add the case (`name`, `case_number`, `closed`)."""

    @property
    def state(self) -> str:
        """`drawn` before it is made, `valid`, or `withdrawn`."""
        if self.withdrawn_on:
            return "withdrawn"
        return "valid" if self.made_on else "drawn"

    @property
    def why(self) -> str:
        return WHY.get(self.withdrawn_why, "")
