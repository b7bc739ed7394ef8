"""The notice to whoever gives his data to the office: one text from its services, settings and profile."""

from datetime import datetime
from typing import NamedTuple

from app.core.clock import office_date
from app.platform.office import queries as office
from app.platform.office import settings
from app.platform.people.queries import profile_of
from app.records.privacy.register import receivers_of
from app.records.privacy.service import REQUESTS
from app.records.retention.queries import periods
from schema.database import Database


class NoticePart(NamedTuple):
    """A heading of the notice with its sentences."""

    title: str
    sentences: tuple[str, ...]


AFTERWARDS = "Sesudah itu dimusnahkan dengan berita acara, kecuali yang harus disimpan menurut undang-undang."


def notice_parts(db: Database, now: datetime) -> list[NoticePart]:
    """What for, on which basis, which data, who gets them, how long, which rights, whom to ask."""
    services = [service.name for service in office.services_in_force(db, office_date(now))]
    offered = "Melayani permohonan di kantor ini."
    if services:
        offered = f"Melayani: {', '.join(services)}."
    applicant = profile_of(db).words.applicant
    passed_on = "Tidak diteruskan ke luar kantor."
    if receivers := receivers_of(db, now):
        passed_on = f"Hanya yang diperlukan untuk layanan Anda: {'; '.join(receivers)}."
    return [
        NoticePart("Untuk apa", (offered, "Juga untuk menjawab pengaduan, surat, dan pertanyaan Anda.")),
        NoticePart(
            "Dasarnya",
            (
                "Kewajiban menurut undang-undang dan pelayanan publik (UU 27/2022 Pasal 20 ayat (2) huruf c dan e).",
                "Peraturan tiap layanan tercantum dalam standar pelayanannya.",
            ),
        ),
        NoticePart(
            "Data apa",
            (
                f"Yang tertulis pada formulir dan syarat yang dibawa {applicant}.",
                "Pengaduan dan survei boleh tanpa nama.",
            ),
        ),
        NoticePart(
            "Siapa yang menerima",
            (
                passed_on,
                *status_page(db),
                "Selain itu hanya yang berhak menurut undang-undang.",
            ),
        ),
        NoticePart("Berapa lama", (how_long(db), AFTERWARDS)),
        NoticePart(
            "Hak Anda",
            (
                *(f"{request.label} ({request.basis})." for request in REQUESTS.values()),
                "Permintaan dijawab dalam 3 × 24 jam sejak diterima.",
            ),
        ),
        NoticePart("Tanya dan minta", (whom_to_ask(db),)),
    ]


def status_page(db: Database) -> tuple[str, ...]:
    """That the regency's page tells how a case stands, where the office takes part."""
    address = settings.get_setting(db, "status.address")
    if not address:
        return ()
    told = f"Keadaan berkas, tanpa nama, terkunci dengan kode slip, juga ada di {address}"
    return (f"{told}; tidak, bila Anda menolaknya.",)


def how_long(db: Database) -> str:
    """The periods that the office keeps what visitors bring: their cases, letters and complaints."""
    told = [
        f"{period.kind.label}: {period.years} tahun sesudah selesai"
        for period in periods(db)
        if period.kind.id.startswith(("case/", "letter.incoming", "complaint"))
    ]
    return f"{'; '.join(told)}."


def whom_to_ask(db: Database) -> str:
    """Who answers about data of people: the post of the profile that may, and how to reach the office."""
    get = settings.all_settings(db)
    able = profile_of(db).who_may("privacy.answer", side="office")
    if get["office.phone"]:
        ways = [f"telepon {get['office.phone']}"]
    else:
        ways = []
    ways += [f"surel {get['office.email']}"] if get["office.email"] else []
    reached = ""
    if ways:
        reached = f", {', '.join(ways)}"
    leaks = ""
    if get["office.report_to"]:
        leaks = f" Data yang bocor: {get['office.report_to']}."
    return f"{able} di {get['office.name'] or 'kantor ini'}{reached}.{leaks}"


def sms_sentence(db: Database) -> str:
    """What an SMS has room for."""
    name = settings.get_setting(db, "office.short_name") or settings.get_setting(db, "office.name")
    return f"Nomor dan pesan Anda dipakai {name} untuk menjawab saja. Hak atas data: tanya meja informasi."
