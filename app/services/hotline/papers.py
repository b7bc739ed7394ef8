"""The hotline on paper: report of a need (annex 13.2), information sheet, needs of a day; the analysis as XLSX."""

import base64
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from msgspec.structs import replace

from app.core.clock import office_date, office_time
from app.core.dates import long_date
from app.core.permissions import Actor
from app.core.procedure import engine
from app.core.text import mask_phone
from app.platform.files import queries as files
from app.platform.office.papers import (
    chief_official,
    common_fields,
    find_by_username,
    form_control,
    office_name,
    signing_official,
    staff_official,
)
from app.platform.people.queries import profile_of, who_signs
from app.platform.printing.data import books
from app.platform.printing.data.common import Official
from app.platform.printing.data.contacts import InformationSheet, IntegrityPact, TextPart
from app.platform.printing.spreadsheet import Sheet, SheetColumn, write_book
from app.services.hotline import team
from app.services.hotline.messages import messages_of
from app.services.hotline.queries import Contact, Moved
from app.services.hotline.reports import FATES, Analysis, Count, channel_words, definition_of, fate_of
from app.services.hotline.service import PICTURE, REPORTED, UNNAMED
from schema.database import Database
from schema.service_procedure import Actor as Performer
from schema.service_procedure import Definition
from sync.entries import parse_utc_text

PAPERS = {"laporan": "information_request", "informasi": "information_sheet"}
"""Papers of a contact by their word in addresses."""
FORM_NUMBERS = {
    "information_request": "F-13.2",
    "information_sheet": "F-16",
    "daily_needs": "F-17",
    "integrity_pact": "F-5.2.2",
}
MOST_PICTURES = 2
INSTRUCTED = ("instructed", "instructed_by_word")


def paper_fields(db: Database, definition: Definition, paper: str, actor: Actor, now: datetime) -> dict[str, Any]:
    control = form_control(definition, FORM_NUMBERS[paper])
    return common_fields(db, control, actor, now)


def information_sheet(db: Database, contact: Contact, paper: str, actor: Actor, now: datetime) -> InformationSheet:
    """The report of a need to whoever leads the field, or the sheet with his instruction and the answer."""
    definition = definition_of(db, contact.received_on)
    reported = contact.last(*REPORTED)
    instructed = contact.last(*INSTRUCTED)
    if reported:
        reporter = reported.actor
    else:
        reporter = contact.entered_by
    maker = staff_official(db, reporter)
    receiver = leading_official(db, leader_of(definition, contact), instructed, now)
    addressee = receiver
    if paper == "information_request":
        title = "Laporan kebutuhan informasi pelanggan"
        charts = tuple(message_pictures(db, contact))
        parts = request_parts(db, contact, reported)
    else:
        title = "Lembar informasi"
        charts = ()
        parts = answer_parts(contact, instructed)
        addressee, maker, receiver = maker, receiver, maker
    customer = contact.name.title()
    if customer == UNNAMED:
        customer = "tidak menyebut nama"
    return InformationSheet(
        **paper_fields(db, definition, paper, actor, now),
        number=contact.number,
        title=title,
        field=engine.kind_named(definition, contact.kind).label,
        channel=channel_words(definition)[contact.channel],
        customer=customer,
        phone=mask_phone(contact.phone),
        received_at=contact.opened_at,
        received_on=contact.received_on,
        addressee=addressee.post,
        parts=parts,
        maker=maker,
        receiver=receiver,
        charts=charts,
    )


def request_parts(db: Database, contact: Contact, reported: Moved | None) -> tuple[TextPart, ...]:
    """What was asked and what is known; of a contact that came by SMS the messages themselves, as they arrived."""
    texts = []
    for message in messages_of(db, contact.id):
        if message.direction == "incoming":
            at = message.stamp[:16].replace("T", " ").replace(":", ".")
            texts.append(f"{at}  {message.text}")
    parts = [TextPart(label="Kebutuhan pelanggan", text=contact.question)]
    if texts:
        parts.append(TextPart(label="Pesan SMS pelanggan, menurut jam telepon", text="\n".join(texts)))
    parts.append(TextPart(label="Informasi yang dibutuhkan dan keterangannya", text=note_of(reported)))
    return tuple(parts)


def note_of(move: Moved | None) -> str:
    return move.note if move else ""


def answer_parts(contact: Contact, instructed: Moved | None) -> tuple[TextPart, ...]:
    answered = contact.last("answered", "answered_desk")
    return (
        TextPart(label="Kebutuhan pelanggan", text=contact.question),
        TextPart(label="Instruksi tentang jawabannya", text=note_of(instructed)),
        TextPart(label="Jawaban yang disampaikan", text=note_of(answered)),
    )


def leader_of(definition: Definition, contact: Contact) -> Performer:
    """Who gives the instruction for a contact of this field, as the outcomes of the report say."""
    outcomes = engine.step_named(definition, "report").outcomes
    possible = (outcome.to for outcome in outcomes if engine.all_hold(outcome.when, contact.fields))
    return engine.actor_of(definition, engine.step_named(definition, next(possible)))


def leading_official(db: Database, performer: Performer, instructed: Moved | None, now: datetime) -> Official:
    """Who wrote the instruction, in the post in which he did. Before that, and where it was told by word of mouth, the
    one post that gives such; of several none is named, and there is room for a name.
    """
    profile = profile_of(db)
    on = office_date(now)
    posts = [post for role in performer.roles for post in profile.filled_by(role)]
    signing = {post: signer for post in posts if (signer := who_signs(db, post, on))}
    if instructed is not None and instructed.action == "instructed":
        writer = find_by_username(db, instructed.actor)
        for post, signer in signing.items():
            if writer and signer.person_id == writer.id:
                return signing_official(db, post, on)
        return staff_official(db, instructed.actor)
    if len(signing) != 1:
        return Official(name="", post=performer.label)
    (post,) = signing
    return signing_official(db, post, on)


def message_pictures(db: Database, contact: Contact) -> Iterable[str]:
    for row in pictures_of(db, contact)[-MOST_PICTURES:]:
        data = base64.b64encode(files.read_file(db, row.id).content).decode("ascii")
        yield (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {row.width} {row.height}">'
            f'<image width="{row.width}" height="{row.height}" href="data:{row.kind};base64,{data}"/></svg>'
        )


def pictures_of(db: Database, contact: Contact) -> list[Any]:
    return files.files_of(db, f"case/{contact.id}", PICTURE.id)


# -- the needs of a day ----------------------------------------------------------------------------------------

DAY_COLUMNS = (
    books.Column(title="No.", width=0, align="right"),
    books.Column(title="Kontak", width=0),
    books.Column(title="Pukul", width=0),
    books.Column(title="Bidang", width=1),
    books.Column(title="Sarana", width=0.8),
    books.Column(title="Kebutuhan pelanggan", width=3),
    books.Column(title="Hasil", width=1.4),
)


def daily_paper(db: Database, report: Analysis, actor: Actor, now: datetime) -> books.Register:
    definition = definition_of(db, report.first)
    rows = [
        (n, contact.number, f"{office_time(contact.opened_at):%H.%M}", *contact_words(definition, contact))
        for n, contact in enumerate(report.contacts, start=1)
    ]
    totals = [books.Total(label="Kebutuhan yang masuk", value=len(report.contacts))]
    totals += [books.Total(label=count.label, value=count.number) for count in (*report.kinds, *report.fates)]
    return books.Register(
        **paper_fields(db, definition, "daily_needs", actor, now),
        title="Laporan kebutuhan pelanggan",
        period=long_date(report.first),
        columns=DAY_COLUMNS,
        rows=tuple(rows),
        totals=tuple(totals),
        keeper=staff_official(db, actor.username),
        approver=chief_official(db, office_date(now)),
    )


def contact_words(definition: Definition, contact: Contact) -> tuple[str, str, str, str]:
    """Field, channel, need and fate in words; no name and no number of a customer."""
    channels = channel_words(definition)
    kind = engine.kind_named(definition, contact.kind).label
    return kind, channels[contact.channel], contact.question, FATES[fate_of(contact)]


# -- the analysis ------------------------------------------------------------------------------------------------


def analysis_book(db: Database, found: Analysis, now: datetime) -> bytes:
    """Every need without name and number, and the sums."""
    definition = definition_of(db, found.last)
    number = SheetColumn("Jumlah", 10, "number", sum=True)
    lines = [
        (contact.number, contact.received_on, contact.opened_at, *contact_words(definition, contact))
        for contact in found.contacts
    ]
    head = (
        SheetColumn("Kontak", 16),
        SheetColumn("Tanggal", 12, "date"),
        SheetColumn("Masuk", 18, "moment"),
        SheetColumn("Bidang", 24),
        SheetColumn("Sarana", 16),
        SheetColumn("Kebutuhan pelanggan", 60),
        SheetColumn("Hasil", 32),
    )
    sums: tuple[tuple[str, Iterable[Count]], ...] = (
        ("Bidang", found.kinds),
        ("Sarana", found.channels),
        ("Hasil", found.fates),
        ("Kata", found.words),
    )
    spent_head = (
        SheetColumn("Langkah", 28),
        SheetColumn("Baku", 28),
        SheetColumn("Jumlah", 12, "number"),
        SheetColumn("Nilai tengah (detik)", 12, "number"),
        SheetColumn("Dalam baku", 12, "number"),
    )
    sheets = [Sheet("Kebutuhan", head, lines)]
    for title, counts in sums:
        sheets.append(Sheet(title, (SheetColumn(title, 32), number), counts))
    spent = []
    for time in found.times:
        median = time.median if time.number else None
        spent.append((time.title, time.standard, time.number, median, time.within))
    sheets.append(Sheet("Waktu", spent_head, spent))
    return write_book("Analisis kebutuhan informasi", sheets, made_at=now, office=office_name(db))


# -- the team (5.2.2) --------------------------------------------------------------------------------------------


def pact_paper(db: Database, decree_id: int, username: str, actor: Actor, now: datetime) -> IntegrityPact:
    """The pact of a member, with the moment of the PIN once it is signed. Raises Problem `not_found`."""
    decree = team.load_decree(db, decree_id)
    member = team.find_member(db, decree_id, username)
    at = None
    if member.pact_at:
        at = parse_utc_text(member.pact_at)
    on = office_date(at or now)
    return IntegrityPact(
        **paper_fields(db, definition_of(db, on), "integrity_pact", actor, now),
        number=decree.number,
        on=on,
        signer=replace(staff_official(db, username), approved_at=at),
        points=team.PACT,
        head_official=chief_official(db, on),
    )
