"""The daily reconciliation sheet: dispatches in figures, cards in the office, heads of the journal."""

from __future__ import annotations

from datetime import date, datetime

from app.core.clock import office_date
from app.core.permissions import Actor
from app.ktp import queries
from app.ktp.papers import base
from app.office.letterhead import signing, staff
from app.printing import data as shapes
from app.printing.qr import with_check
from schema.database import Database
from sync.line import moment

NOT_ENROLLED = "Kantor ini belum terdaftar di pusat cetak Loket: pengiriman dan jawabannya di atas kertas."
STREAMS = {"office": "kantor", "dukcapil": "untuk pusat cetak"}


def reconciliation(
    db: Database, actor: Actor, now: datetime, *, unsent: int, since: datetime | None, enrolled: bool = True
) -> shapes.Reconciliation:
    """The day's sheet: every dispatch must add up, cards are counted by hand, the journal's heads stand on paper."""
    on = office_date(now)
    open_ones = [
        one for one in queries.sent(db, 60) if one.waiting or not one.agrees or one.sent_on == on.isoformat()
    ]
    heads = journal_heads(db)
    return shapes.Reconciliation(
        **base(db, "reconciliation", actor, now),
        on=on,
        balances=tuple(balance(one, note_of(db, one)) for one in open_ones),
        cards=card_counts(db, on),
        journal=heads,
        unsent=unsent,
        unsent_since=since,
        officer=staff(db, actor.username),
        checker=signing(db, "sekretaris", on),
        remarks=() if enrolled else (NOT_ENROLLED,),
        qr=with_check(heads[0].digest.replace(" ", "")) if heads else "",
    )


def note_of(db: Database, one: queries.Sent) -> str:
    """What stands beside a balance: lines in dispute."""
    count = queries.number_of(
        db, "SELECT count(*) FROM answer_conflict WHERE dispatch_id = ? AND settled_by = ''", (one.id,)
    )
    return f"{count} jawaban berbeda, belum diselesaikan" if count else ""


def card_counts(db: Database, on: date) -> tuple[shapes.CardCount, ...]:
    """Cards in the office by the books, to be compared with a count by hand."""
    one = queries.number_of
    return (
        shapes.CardCount(
            label="Tiba dan belum diambil, di lemari",
            count=one(db, "SELECT count(*) FROM case_file WHERE closed = 0 AND step = 'hand_over'"),
        ),
        shapes.CardCount(
            label="Tidak diambil, disimpan",
            count=one(db, "SELECT count(*) FROM case_file WHERE closed = 1 AND step = '@uncollected'"),
        ),
        shapes.CardCount(
            label="Diserahkan hari ini",
            count=one(db, "SELECT count(*) FROM hand_over WHERE on_date = ?", (on.isoformat(),)),
        ),
        shapes.CardCount(
            label="Salah cetak, akan dikembalikan",
            count=one(
                db,
                "SELECT count(*) FROM dispatch_line l JOIN case_file c ON c.id = l.case_id WHERE c.closed = 0"
                " AND c.step = 'dispatch' AND l.misprint <> '' AND l.dispatch_id = (SELECT max(n.dispatch_id)"
                " FROM dispatch_line n WHERE n.case_id = c.id)",
            ),
        ),
    )


def journal_heads(db: Database) -> tuple[shapes.JournalHead, ...]:
    """The last entry of every stream that this office holds: its own first, then what it received."""
    own = db.one("SELECT value FROM identity WHERE key = 'source'")
    mine = own[0] if own else ""
    heads: dict[tuple[str, str], shapes.JournalHead] = {}
    for source, epoch, stream in sorted(
        streams(db), key=lambda one: (one[0] != mine, one[2] != "office", one[2], -one[1])
    ):
        sql = "SELECT n, hash, at FROM journal WHERE source = ? AND epoch = ? AND stream = ? ORDER BY n DESC LIMIT 1"
        row = db.one(sql, (source, epoch, stream))
        if row is not None:
            label = STREAMS.get(stream, stream) if source == mine else f"dari {source}"
            heads.setdefault(
                (source, stream), head(label, f"{epoch}/{stream}/{row[0]}", bytes(row[1]).hex()[:24], row[2])
            )
    return tuple(heads.values())


def head(label: str, entry: str, digest: str, at: str) -> shapes.JournalHead:
    """A head with its digest in groups of four, as it is read aloud."""
    groups = " ".join(digest[start : start + 4] for start in range(0, len(digest), 4))
    return shapes.JournalHead(stream=label, entry=entry, digest=groups, at=moment(at))


def streams(db: Database) -> list[tuple[str, int, str]]:
    """Every (source, epoch, stream) of the journal, by jumping along its index: there are few, its entries are many."""
    found: list[tuple[str, int, str]] = []
    last: tuple[str, int, str] = ("", 0, "")
    sql = ("SELECT source, epoch, stream FROM journal WHERE (source, epoch, stream) > (?, ?, ?)"
           " ORDER BY source, epoch, stream LIMIT 1")  # fmt: skip
    while (row := db.one(sql, last)) is not None:
        last = (row[0], row[1], row[2])
        found.append(last)
    return found


def balance(one: queries.Sent, note: str = "") -> shapes.Balance:
    """One dispatch in figures."""
    return shapes.Balance(dispatch=one.number, sent=one.sent, printed=one.printed, refused=one.refused,
                          waiting=one.waiting, sent_on=date.fromisoformat(one.sent_on), note=note)  # fmt: skip
