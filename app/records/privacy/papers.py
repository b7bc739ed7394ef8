"""Papers of this room: what is held of a person, the answer to a request, notice, register, failures of protection."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from app.core.clock import office_date
from app.core.dates import format_number, long_moment, plain_date
from app.core.holdings import NOBODY_LOOKED, Holding
from app.core.permissions import Actor
from app.core.procedure.limits import due_words
from app.platform.office import settings
from app.platform.office.papers import (
    NO_FORM,
    chief_official,
    common_fields,
    overseer_official,
    staff_official,
)
from app.platform.people.queries import person_names
from app.platform.printing.data.common import Official
from app.platform.printing.data.privacy import Pair, PrivacySheet, SheetPart
from app.records.privacy import service
from app.records.privacy.notice import notice_parts, whom_to_ask
from app.records.privacy.queries import FoundData, Look, Mention
from app.records.privacy.register import register_lines
from app.records.privacy.tables import DataIncident, DataRequest
from schema.database import Database
from sync.entries import parse_utc_text

AUTHORITY = (
    "Lembaga penyelenggara Pelindungan Data Pribadi",
    "(selama belum terbentuk: Kementerian Komunikasi dan Digital)",
)
"""UU 27/2022 art. 46 and 58; nobody had set the body up when this was written (February 2026)."""


def sheet(db: Database, actor: Actor, now: datetime, **values: Any) -> PrivacySheet:
    return PrivacySheet(**common_fields(db, NO_FORM, actor, now), **values)


def pairs(*told: tuple[str, str]) -> tuple[Pair, ...]:
    return tuple(Pair(label=label, value=value) for label, value in told if value)


def moment_text(stored: str) -> str:
    if not stored:
        return ""
    return long_moment(parse_utc_text(stored))


# -- requests ---------------------------------------------------------------------------------------------------


def request_facts(request: DataRequest) -> tuple[Pair, ...]:
    return pairs(
        ("Permintaan", request.number),
        ("Diterima", moment_text(request.received_at)),
        ("Yang diminta", service.REQUESTS[request.kind].label),
        ("Nama", request.name),
        ("Diwakili", request.asked_by),
    )


def held_paper(db: Database, request: DataRequest, found: FoundData, actor: Actor, now: datetime) -> PrivacySheet:
    """What is held of the person, thing by thing, and who looked at it; what only shares his name is left out."""
    parts = [held_part(holding) for holding in found.sure]
    parts += mention_parts([mention for mention in found.mentions if mention.sure])
    looks = pairs(*map(look_line, found.looks))
    text: tuple[str, ...] = ()
    if not looks:
        text = (NOBODY_LOOKED,)
    parts.append(SheetPart(title="Siapa yang membuka data ini", pairs=looks, text=text))
    parts.append(SheetPart(title="Hak Anda", text=(RIGHTS, f"Tanya dan minta: {whom_to_ask(db)}")))
    if not found.sure:
        parts.insert(0, NOTHING_HELD)
    return sheet(
        db,
        actor,
        now,
        title="Data pribadi yang tersimpan",
        subtitle="UU Nomor 27 Tahun 2022 Pasal 7 dan 32",
        ref=f"Permintaan {request.number}",
        facts=request_facts(request),
        parts=tuple(parts),
        signer=staff_official(db, actor.username),
    )


RIGHTS = (
    "Anda boleh meminta perbaikan (Pasal 6), penghapusan (Pasal 8), dan pembatasan (Pasal 11), atau menyatakan "
    "keberatan (Pasal 10)."
)
NOTHING_HELD = SheetPart(title="Hasil", text=("Tidak ada data atas nomor dan nama itu yang tersimpan di Loket.",))


def look_line(look: Look) -> tuple[str, str]:
    return plain_date(office_date(look.at)), f"{look.name}: {look.action} ({look.title})"


def held_part(holding: Holding) -> SheetPart:
    return SheetPart(title=f"{holding.kind}: {holding.title}", pairs=pairs(*holding.values))


def mention_parts(mentions: Sequence[Mention]) -> list[SheetPart]:
    if not mentions:
        return []
    told = (
        (mention.title, f"{mention.count} catatan, terakhir {plain_date(office_date(mention.last))}")
        for mention in mentions
    )
    return [SheetPart(title="Catatan lain yang memuat nomornya", pairs=pairs(*told))]


def answer_paper(db: Database, request: DataRequest, actor: Actor, now: datetime) -> PrivacySheet:
    """The answer to a request, with its reason and where to turn if it is not granted."""
    words = service.REQUESTS[request.kind]
    if request.wish:
        parts = [SheetPart(title="Isi permintaan", text=(request.wish,))]
    else:
        parts = []
    decided = [f"{service.DECISIONS[request.decision]}."]
    if request.reason:
        decided.append(request.reason)
    if request.decision != "granted":
        decided.append(f"Bila keberatan atas jawaban ini, sampaikan kepada {whom_to_ask(db)}")
    parts.append(SheetPart(title="Keputusan", text=tuple(decided)))
    return sheet(
        db,
        actor,
        now,
        title="Jawaban atas permintaan data pribadi",
        subtitle=f"UU Nomor 27 Tahun 2022 {words.basis}",
        ref=f"Permintaan {request.number}",
        to=(request.asked_by or request.name, *filter(None, (request.contact,))),
        facts=request_facts(request),
        parts=tuple(parts),
        signer=overseer_official(db, office_date(now)),
    )


# -- notice and register ---------------------------------------------------------------------------------------------


def notice_paper(db: Database, actor: Actor, now: datetime) -> PrivacySheet:
    """The notice for the wall."""
    return sheet(
        db,
        actor,
        now,
        title="Pemberitahuan tentang data pribadi",
        large=True,
        subtitle="UU Nomor 27 Tahun 2022 Pasal 5",
        parts=tuple(SheetPart(title=part.title, text=part.sentences) for part in notice_parts(db, now)),
        signer=chief_official(db, office_date(now)),
    )


def register_paper(db: Database, actor: Actor, now: datetime) -> PrivacySheet:
    """The register of processing, an activity after the other: a table of eight columns has no room for its texts."""
    labels = {name: label for name, label in service.LINE_LABELS.items() if name != "activity"}
    parts = []
    for n, line in enumerate(register_lines(db, now), start=1):
        said = [(label, getattr(line, name)) for name, label in labels.items()]
        parts.append(SheetPart(title=f"{n}. {line.activity}", pairs=pairs(*said)))
    return sheet(
        db,
        actor,
        now,
        title="Register kegiatan pemrosesan data pribadi",
        subtitle=f"UU Nomor 27 Tahun 2022 Pasal 31, keadaan {plain_date(office_date(now))}",
        ref="Register pemrosesan",
        parts=tuple(parts),
        signer=chief_official(db, office_date(now)),
    )


# -- failures of protection ------------------------------------------------------------------------------------


def how_many(incident: DataIncident) -> str:
    if incident.people is None:
        return "Belum diketahui"
    return f"{format_number(incident.people)} orang"


def law_parts(incident: DataIncident) -> tuple[SheetPart, ...]:
    """The three things that art. 46 (2) asks a notification to tell."""
    return (
        SheetPart(
            title="Data pribadi yang terungkap",
            text=(incident.exposed,),
            pairs=pairs(("Milik", incident.subjects), ("Jumlah", how_many(incident))),
        ),
        SheetPart(
            title="Kapan dan bagaimana terungkap",
            text=(incident.happened, f"Diketahui kantor {moment_text(incident.known_at)}."),
        ),
        SheetPart(title="Penanganan dan pemulihan", text=(incident.measures or "Belum ditulis.",)),
    )


def notification_paper(
    db: Database, incident: DataIncident, audience: str, actor: Actor, now: datetime
) -> PrivacySheet:
    """The notification to the people concerned or to the authority, signed by the head of the office."""
    to = AUTHORITY if audience == "authority" else (f"Pemilik data: {incident.subjects}",)
    advice: tuple[SheetPart, ...] = ()
    if audience != "authority":
        advice = (SheetPart(title="Yang dapat Anda lakukan", text=(ADVICE, whom_to_ask(db))),)
    return sheet(
        db,
        actor,
        now,
        title="Pemberitahuan kegagalan pelindungan data pribadi",
        subtitle="UU Nomor 27 Tahun 2022 Pasal 46",
        ref=f"Lembar {incident.number}",
        to=to,
        facts=pairs(("Lembar", incident.number), ("Pengendali data", str(settings.get_setting(db, "office.name")))),
        parts=(*law_parts(incident), *advice),
        signer=chief_official(db, office_date(now)),
    )


ADVICE = (
    "Waspadai telepon, pesan, atau orang yang memakai data itu. Jangan berikan kode atau kata sandi. Laporkan "
    "penyalahgunaan, dan tanyakan kepada:"
)


def incident_paper(db: Database, incident: DataIncident, actor: Actor, now: datetime) -> PrivacySheet:
    """The sheet itself: what is known, whom it was told to, who read and closed it."""
    names = person_names(db)
    told = service.notices_of(db, incident.id)
    lines = [(label, told_words(told.get(key))) for key, label in service.AUDIENCES.items()]
    lines.append(("Dibaca pimpinan", closed_words(incident.read_at, names.get(incident.read_by, ""))))
    ending = "Belum ditutup."
    if closed := closed_words(incident.closed_at, names.get(incident.closed_by, "")):
        ending = f"{closed}. {incident.conclusion}"
    due = service.incident_limit(incident).due
    return sheet(
        db,
        actor,
        now,
        title="Lembar kegagalan pelindungan data pribadi",
        subtitle=f"Nomor {incident.number}",
        ref=f"Lembar {incident.number}",
        facts=pairs(
            ("Diketahui", moment_text(incident.known_at)),
            ("Batas 3 × 24 jam", due_words(due)),
            ("Dicatat", names.get(incident.actor, incident.actor)),
        ),
        parts=(
            *law_parts(incident),
            SheetPart(title="Pemberitahuan", pairs=pairs(*lines)),
            SheetPart(title="Penutupan", text=(ending,)),
        ),
        signer=incident_signer(db, incident, now),
    )


def told_words(row: Any) -> str:
    if row is None:
        return "Belum"
    if row.told_at:
        return f"{moment_text(row.told_at)}, {row.way}"
    return f"Tidak: {row.why_not}"


def closed_words(stored: str, name: str) -> str:
    if not stored:
        return ""
    return f"{moment_text(stored)}, {name}".rstrip(", ")


def incident_signer(db: Database, incident: DataIncident, now: datetime) -> Official:
    closed = None
    if incident.closed_at:
        closed = parse_utc_text(incident.closed_at)
    return overseer_official(db, office_date(now), closed)
