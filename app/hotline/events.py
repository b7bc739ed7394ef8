"""Journal kinds of the hotline: which contact became which line of the complaint book."""

import msgspec

from app.hotline.tables import HotlineComplaint
from app.room import add_row_of
from sync.entries import Kind


class ComplaintMade(msgspec.Struct, frozen=True):
    """A contact became one line of the complaint book."""

    case_id: int
    complaint_id: int


KINDS = [Kind("hotline.complaint_made", 1, ComplaintMade, add_row_of(HotlineComplaint))]
