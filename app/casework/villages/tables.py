"""Tables that only this room writes."""

from schema.database import Table


class VillageKey(Table):
    """The keys of a village, one row for each of its epochs; those without an end count now."""


class VillageBlock(Table):
    """A block of numbers that a village gives by itself: in the epoch `series` of this office, to its epoch."""


class VillageList(Table):
    """A list that was sealed for a village: of how many cases, when and by whom."""


class BroughtDraft(Table):
    """What became of a draft of a village, by the code that the village gave it; no person stands here."""


class VillageTold(Table):
    """That a village was told of a case in some list."""


class VillageContact(Table):
    """When a village last asked over the network."""


class VillageFile(Table):
    """A file that a village counted and that brought something: the how-manieth of its epoch, by its digest."""


class VillageHeld(Table):
    """A file of a village that waits for a decision, or of which it was decided."""


class VillageHeldDraft(Table):
    """The draft of a village, by its code, that a held file holds."""


class VillageHeldContent(Table):
    """A held file as it came, sealed to this office."""
