"""A year of the survey in the demo: a few hundred answers, paper forms in all states, the report of the year before."""

from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from app.casework.desk.tables import CaseFile
from app.casework.importing.file_formats import read_bytes
from app.core.periods import Period
from app.core.permissions import Actor
from app.quality.surveys import forms, reports, votes
from app.quality.surveys.answer_files import import_answers
from app.quality.surveys.answers import Said
from sync.journal import Journal

SHARES = (0.62, 0.48, 0.3, 0.9, 0.6, 0.66, 0.72, 0.4, 0.35)
"""How likely the best answer to each of the nine questions is."""
COMMENTS = ("", "", "", "", "Kursi tunggu kurang.", "Petugasnya ramah.", "Antrean lama setiap Senin.")
GROUPS = (
    ("20-29 tahun", "30-39 tahun", "40-49 tahun", "50 tahun ke atas"),
    ("Laki-laki", "Perempuan"),
    ("SD ke bawah", "SMP", "SMA", "S1"),
    ("Pegawai swasta", "Wirausaha", "Pelajar atau mahasiswa", "Lainnya"),
)
SURVEY_STAFF = {"information": "nurlaila", "chief": "hendra", "first": "retno", "second": "fajar"}
HEAD = ";".join(
    [*(f"U{n}" for n in range(1, 10)), "Umur", "Jenis kelamin", "Pendidikan terakhir", "Pekerjaan utama", "Saran"]
)


def run_survey(journal: Journal, staff: dict[str, Actor], service: str, today: date, now: datetime) -> None:
    """`staff`: information, chief, and two who type."""
    random, information = Random(20171), staff["information"]
    for ago, count in ((330, 90), (240, 60), (150, 70), (60, 80)):
        month = today - timedelta(days=ago)
        content = answer_lines(random, count).encode()
        book, month_code = read_bytes(content), f"{month:%Y-%m}"
        names = {"name": f"survei-{month_code}.csv", "service": service, "month": month_code}
        import_answers(journal, information, book=book, content=content, now=now, **names)
    forms.print_forms(journal, staff["first"], service=service, count=12, now=now)
    for number in (1, 2, 3):
        typed = {f"U{n}": str(random.randint(2, 4)) for n in range(1, 10)}
        said: dict[str, Any] = {"number": number, "month": f"{today:%Y-%m}", "now": now}
        forms.type_form(journal, staff["first"], typed=typed, **said)
        if number < 3:
            typed |= {"U4": "1"} if number == 2 else {}
            forms.type_form(journal, staff["second"], typed=typed, **said)
    for case in CaseFile.rows(journal.db, closed=1, order="closed_on DESC, id DESC", limit=7):
        if code := votes.give_code(journal.db, case, today):
            votes.cast_vote(journal.db, code, Said(random_marks(random)), now)
    votes.count_votes(journal, now)
    publish_last_year(journal, information, staff["chief"], Period.of("year", today - timedelta(days=200)), now)


def publish_last_year(journal: Journal, maker: Actor, chief: Actor, period: Period, now: datetime) -> None:
    plan = (
        "Kursi ruang tunggu ditambah, oleh Subbagian Umum.\nNomor antrean dibagi sejak pukul tujuh, oleh petugas loket."
    )
    made = reports.draft_report(journal, maker, service="", period=period, plan=plan, now=now)
    digest = reports.get_report(journal.db, made).digest
    reports.publish_report(journal, chief, report_id=made, digest=digest, now=now)


def answer_lines(random: Random, count: int) -> str:
    rows = []
    for _ in range(count):
        groups = [random.choice(group) for group in GROUPS]
        rows.append(";".join([*random_marks(random).replace("-", " "), *groups, random.choice(COMMENTS)]))
    return "\n".join([HEAD, *rows])


def random_marks(random: Random) -> str:
    return "".join(
        "-" if random.random() < 0.02 else "4" if random.random() < share else random.choice("332") for share in SHARES
    )
