"""The sheet of the day: balances of the dispatches, cards by the books and the heads of the journal."""

import re
from datetime import date, datetime

from app.casework.batches import queries
from app.casework.batches.papers import paper_base, to_paper_balance
from app.casework.batches.partners import condition_at, find_partner_service, kept_uncollected
from app.core.clock import office_date
from app.core.codes import with_check
from app.core.permissions import Actor
from app.platform.office.exchange import entry_words, stream_words
from app.platform.office.papers import overseer_official, staff_official
from app.platform.printing.data import cases as shapes
from schema.database import Database, first_value
from sync.chains import all_streams
from sync.entries import parse_utc_text

NOT_ENROLLED = "Kantor ini belum terdaftar di mitra yang memakai Loket: pengiriman dan jawabannya di atas kertas."


def reconciliation_sheet(
    db: Database, actor: Actor, now: datetime, *, unsent: int, since: datetime | None, enrolled: bool = True
) -> shapes.Reconciliation:
    """The day's sheet: every dispatch must add up, cards are counted by hand, the journal's heads stand on paper."""
    on = office_date(now)
    open_ones = [
        dispatch
        for dispatch in queries.sent_dispatches(db, 60)
        if dispatch.waiting or not dispatch.agrees or dispatch.sent_on == on.isoformat()
    ]
    heads = journal_heads(db)
    disputes = "SELECT dispatch_id, count(*) FROM answer_conflict WHERE settled_by = '' GROUP BY dispatch_id"
    disputed: dict[int, int] = dict(db.run(disputes))
    remarks = () if enrolled else (NOT_ENROLLED,)
    qr = ""
    if heads:
        qr = with_check(heads[0].digest.replace(" ", ""))
    return shapes.Reconciliation(
        **paper_base(db, find_partner_service(db), "reconciliation", actor, now),
        on=on,
        balances=tuple(to_paper_balance(dispatch, disputed.get(dispatch.id, 0)) for dispatch in open_ones),
        cards=card_counts(db, on),
        journal=heads,
        unsent=unsent,
        unsent_since=since,
        officer=staff_official(db, actor.username),
        checker=overseer_official(db, on),
        remarks=remarks,
        qr=qr,
    )


def card_counts(db: Database, on: date, service: str = "") -> tuple[shapes.CardCount, ...]:
    """What lies in the office by the books, of a service or of all for the day's sheet."""
    here, ready = condition_at(db, "hand_over", service)
    back, sent = condition_at(db, "send", service)
    kept, left = kept_uncollected(db, service)
    lines = "FROM dispatch_line l JOIN case_file c ON c.id = l.case_id"
    given = "FROM hand_over h JOIN case_file c ON c.id = h.case_id WHERE h.on_date = ? AND (? = '' OR c.service = ?)"
    asked: tuple[tuple[str, str, tuple[str, ...]], ...] = (
        ("Tiba dan belum diambil, di lemari", f"FROM case_file c WHERE {here}", ready),
        ("Tidak diambil, disimpan", f"FROM case_file c WHERE {kept}", left),
        ("Diserahkan hari ini", given, (on.isoformat(), service, service)),
        (
            "Salah cetak, akan dikembalikan",
            f"{lines} WHERE {back} AND l.misprint <> '' AND l.dispatch_id = {queries.NEWEST}",
            sent,
        ),
    )
    return tuple(
        shapes.CardCount(label=label, count=first_value(db, f"SELECT count(*) {sql}", values))
        for label, sql, values in asked
    )


def journal_heads(db: Database) -> tuple[shapes.JournalHead, ...]:
    """The last entry of every stream that this office holds: its own first, then what it received."""
    mine = first_value(db, "SELECT value FROM identity WHERE key = 'source'")
    streams = sorted(all_streams(db), key=lambda entry: (entry[0] != mine, entry[2] != "office", entry[2], -entry[1]))
    heads: dict[tuple[str, str], shapes.JournalHead] = {}
    for source, epoch, stream in streams:
        sql = "SELECT n, hash, at FROM journal WHERE source = ? AND epoch = ? AND stream = ? ORDER BY n DESC LIMIT 1"
        [(n, digest, at)] = db.run(sql, (source, epoch, stream))
        groups = " ".join(re.findall(".{4}", bytes(digest).hex()[:24]))
        head = shapes.JournalHead(
            stream=stream_words(db, source, stream),
            entry=entry_words(n, epoch),
            digest=groups,
            at=parse_utc_text(at),
        )
        heads.setdefault((source, stream), head)
    return tuple(heads.values())
