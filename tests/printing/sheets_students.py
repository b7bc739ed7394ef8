"""Examples of the papers of student cards."""

from datetime import date

from app.printing.data import students as shapes
from tests.printing import samples

VALIDITY = "berlaku selama terdaftar sebagai mahasiswa"


def face(n: int, name: str) -> shapes.CardFace:
    return shapes.CardFace(
        number=f"{n:04}/KTM/2026",
        name=name,
        key_label="NIM",
        key=f"P99.00.26.{n:03}",
        programme="D-III Keperawatan",
        intake="2026",
        qr="4K7MQ2XQ",
        code="4K7M-Q2XQ",
        validity=VALIDITY,
    )


def cards(count: int = 11) -> shapes.StudentCards:
    return shapes.StudentCards(
        **samples.base("PR/046/F-12"),  # type: ignore[arg-type]
        title="KTM 0001/KTM/2026",
        cards=tuple(face(n, "Alya Maharani") for n in range(1, count + 1)),
    )


def distribution() -> shapes.DistributionList:
    lines = tuple(
        shapes.HandedCard(
            number=f"{n:04}/KTM/2026", key=f"P99.00.26.{n:03}", name="Bagas Pratama", card="0001/KTM/2026"
        )
        for n in (1, 2)
    )
    return shapes.DistributionList(
        **samples.base("PR/046/F-13"),  # type: ignore[arg-type]
        intake="2026",
        service="KTM",
        key_label="NIM",
        limit="3 hari kerja",
        groups=(shapes.DistributionGroup(programme="D-III Keperawatan", lines=lines),),
        officer=samples.OPERATOR,
    )


def checklist() -> shapes.Checklist:
    line = shapes.ChecklistLine(label="NIM dan foto sesuai", rule="PR/046 7.5", state="Ada")
    return shapes.Checklist(
        **samples.base("PR/046/F-14"),  # type: ignore[arg-type]
        number="0001/KTM/2026",
        service="KTM",
        facts=(("NIM", "P99.00.26.001"), ("Nama", "Citra Anggun")),
        lines=(line,),
        on=date(2026, 3, 12),
        officer=samples.OPERATOR,
    )


def report() -> shapes.IntakeReport:
    table = shapes.FigureTable(
        title="Waktu baku", heads=("Kegiatan", "Klausul", "Ditepati"), rows=(("Pembagian KTM", "6.5", "12"),)
    )
    return shapes.IntakeReport(
        **samples.base("PR/046/F-15"),  # type: ignore[arg-type]
        intake="2026",
        service="KTM",
        on=date(2026, 3, 12),
        students=14,
        tables=(table,),
        officer=samples.OPERATOR,
    )
