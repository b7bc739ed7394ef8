"""Names and words of student cards that pages, services and tables share."""

from schema.service_procedure import Definition

SERVICE = "ktm"
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
WITHDRAWN_FOR = {why: WHY[why] for why in (*LEAVING, "lost", "damaged")}
"""What a person says of a card that is withdrawn; a misprint is noted where cards are made."""
NO_LONGER_OWED = {"returned": "Kartu ditarik", "lost": "Dilaporkan hilang"}
GIVEN_BACK = NO_LONGER_OWED | {"owed": "Belum dikembalikan"}
REPLACES = {"lost": "lost", "damaged": "damaged"}
"""Kind of a request → what the card before it was withdrawn for."""


def is_card_service(definition: Definition) -> bool:
    return any(step.special == MAKING for step in definition.steps)
