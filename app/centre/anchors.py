"""What offices anchored of their own streams, and which of it cannot all be true, kept as it comes."""

from app.centre.tables import AnchorContradiction, HeadAnchor, NewestAnchor
from app.core.messages import HeadsAnchored
from app.room import LINE, SOURCE, add_row_of
from schema.database import Database
from sync.entries import Entry
from sync.evidence import Anchor, anchors_contradict, contradiction_sentence

add_anchor = add_row_of(HeadAnchor, source=SOURCE, line=LINE, on_date="on")


def apply_anchored(db: Database, entry: Entry) -> None:
    """An anchor is compared with the one before it of its epoch."""
    add_anchor(db, entry)
    body: HeadsAnchored = entry.body
    source = entry.source
    epoch = entry.epoch
    line = entry.line_id
    before = NewestAnchor.first(db, source=source, epoch=epoch)
    if before and anchors_contradict(Anchor(before.n, before.hash), Anchor(body.n, body.hash)):
        AnchorContradiction.add(db, source=source, line=line, n=body.n, earlier=before.line)
    NewestAnchor.put(db, source=source, epoch=epoch, line=line, n=body.n, hash=body.hash)


def list_contradictions(db: Database, office: str) -> list[str]:
    """Sentences for anchors of an office that contradict the one before them."""
    rows = AnchorContradiction.rows(db, source=office, order="line")
    return [contradiction_sentence(row.source, row.line, row.n, row.earlier) for row in rows]
