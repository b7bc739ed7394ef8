"""Tables that only this room writes."""

import json
from collections.abc import Iterable
from typing import Any

from app.core.messages import PartnerWords
from schema.database import Table
from schema.structs import convert_values

KTP_TERMS = PartnerWords("KTP-el", "NIK", "kartu", "Dicetak")
"""What a line says that brought no words along."""


def shared_terms(terms: Iterable[PartnerWords]) -> PartnerWords:
    """What a list may call things that holds lines of several services: their own word where they have one, else a
    word that fits them all. With no line at all it is the card's."""
    known = list(terms) or [KTP_TERMS]
    services = dict.fromkeys(term.service for term in known)
    keys = dict.fromkeys(term.key for term in known)
    product, *other_products = {term.product for term in known}
    printed, *other_words = {term.printed for term in known}
    if other_products:
        product = "hasil cetak"
    if other_words:
        printed = "Dibuat"
    return PartnerWords(", ".join(services), ", ".join(keys), product, printed)


class CentreSetting(Table):
    """One setting of the centre; `value` is JSON text."""


class CentreOffice(Table):
    """An office that the administrator gave an enrolment code."""


class IncomingDispatch(Table):
    """A dispatch of an office. `closed`: its last entry came; `complete`: count and digest agree with the lines;
    `held`: lines that are here; `road`: `loket`, or `paper` when it went on paper: then its lines are history."""


class IncomingLine(Table):
    """One line with the snapshot that came in, and what the print room made of it. `line` is `epoch/stream/n`.

    In state `paper` nothing is made of it here: `answer`, reason and serial are what the office was told on paper.
    `main_key` is the full NIK and is masked by the page. Lists add `office`, the name of the source.
    """

    @property
    def terms(self) -> PartnerWords:
        """What its service calls things: as it travelled with the line, or the card's."""
        if self.words:
            return convert_values(json.loads(self.words), PartnerWords)
        return KTP_TERMS

    @property
    def doubtful(self) -> bool:
        return bool(self.explained != "[]")

    @property
    def printable(self) -> bool:
        """Whether a card of this line was made, is being made or may still be: a second one would be one too many."""
        return self.state in ("waiting", "accepted") or (self.state == "paper" and self.answer != "refused")

    @property
    def about(self) -> str:
        """How the office calls the case of this line, for the files that came along."""
        return f"case/{self.case_id}"

    @property
    def place(self) -> dict[str, Any]:
        """`350807` and `1/dukcapil/12` as the parts of an address."""
        epoch, _stream, n = self.line.split("/")
        return {"office": self.source, "epoch": int(epoch), "n": int(n)}


class LineCount(Table):
    """How many lines of a dispatch are in one state; a state without lines has no row."""


class OfficeLineCount(Table):
    """How many lines of an office are in one state: the sum of its dispatches, kept with them."""


class PendingDecision(Table):
    """A decision of ours that came back before its line; `body` is JSON, epoch and n its place in our stream."""


class LineValue(Table):
    """The sealed number with which a line was answered; its reference stands as the serial of the line."""


class LineOriginal(Table):
    """What a village typed of a line, sealed for this side and forwarded by its office; once it was read, the verdict:
    `same`, `differs` (in `fields`, JSON), `unreadable` or `forged` (`why`, a key of
    :data:`app.centre.originals.REASONS`)."""


class VillageSigning(Table):
    """A key with which a village of an office signed forms that were taken here, and since when."""


class LineRelease(Table):
    """A held line that the administrator let go, after the return of the centre in `return_epoch`."""


class BlankMovement(Table):
    """A line of the book of blanks; `count` is signed, the stock is its sum. `entry` is our journal entry."""


class BlankDay(Table):
    """The book of blanks summed up by day; all four are positive but `corrected`, which has its sign."""


class BlankCount(Table):
    """A count of the drawer by hand, beside what the book said at that moment."""


class OutgoingShipment(Table):
    """Cards that left for an office."""


class StateTold(Table):
    """What an office was last told of blanks and queue."""


class HeadAnchor(Table):
    """The head of an office's own stream on a day: what no later change there can rewrite unseen."""


class NewestAnchor(Table):
    """The head that an office anchored last in an epoch."""


class AnchorContradiction(Table):
    """An anchor that cannot be true beside the `earlier` one of its epoch; both are places in the office's stream."""


class OfficeRecap(Table):
    """A complaint recap that an office published to the regency: the text as it came."""


class PublicState(Table):
    """What the public page may tell of a case of an office; only the slip's code finds and opens it."""
