"""Papers on data of people: what is held, answers, notice, failures. All are drawn alike."""

from app.platform.printing.data.common import Official, Paper, Part


class Pair(Part):
    label: str
    value: str


class SheetPart(Part):
    """A heading with paragraphs and pairs of label and value."""

    title: str
    text: tuple[str, ...] = ()
    pairs: tuple[Pair, ...] = ()


class PrivacySheet(Paper):
    """`facts` stand at the head of the paper, `to` are the lines of an address, `ref` finds its record again;
    a `large` one hangs on a wall."""

    title: str
    subtitle: str
    parts: tuple[SheetPart, ...]
    ref: str = ""
    to: tuple[str, ...] = ()
    facts: tuple[Pair, ...] = ()
    signer: Official | None = None
    large: bool = False
