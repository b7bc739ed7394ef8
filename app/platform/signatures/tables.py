"""Tables that only this room writes."""

from schema.database import Table


class TrustedRoot(Table):
    """A root certificate (`certificate`: its DER in base64): it counts once another person confirmed it, until it is
    withdrawn. `source` says where it came from and how its digest was compared."""


class PaperSigning(Table):
    """The electronic signature of a paper (`subject`: `outgoing/3`, `answer/7`): what was handed out for it, and what
    came back."""
