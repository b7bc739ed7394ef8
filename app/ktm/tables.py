"""Tables that only this room writes, and what a card may be withdrawn for."""

from schema.tables import Table

CHECKING, MAKING = "ktm.checking", "ktm.making"
"""The pages that perform the completeness check and the step in which cards are made; a service that has the second
has cards of this room."""

WHY: dict[str, str] = {
    "graduated": "Lulus",
    "moved": "Pindah",
    "left": "Keluar",
    "lost": "Hilang",
    "damaged": "Rusak",
    "misprint": "Salah cetak",
}
"""Why a card is withdrawn. Whoever is on leave stays enrolled, and the card valid (PR/046 7.3)."""
LEAVING = ("graduated", "moved", "left")
GIVEN_BACK = {"returned": "Kartu ditarik", "lost": "Dilaporkan hilang", "owed": "Belum dikembalikan"}
REPLACES = {"lost": "lost", "damaged": "damaged"}
"""Kind of a request → what the card before it was withdrawn for."""


class IntakeSession(Table):
    """The socialisation of an intake: when it began and ended (office time), how many came."""


class StudentCard(Table):
    """A card that was drawn, made, and perhaps withdrawn. Lists add the case (`name`, `case_number`, `closed`)."""

    @property
    def state(self) -> str:
        """`drawn` before it is made, `valid`, or `withdrawn`."""
        return "withdrawn" if self.withdrawn_on else "valid" if self.made_on else "drawn"

    @property
    def why(self) -> str:
        return WHY.get(self.withdrawn_why, "")
