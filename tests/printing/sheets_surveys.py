"""Examples of the papers of a survey."""

from datetime import date

from app.printing.data import surveys as shapes
from app.printing.data.books import Fact
from app.printing.data.cases import VisitorCode
from app.surveys import charts
from tests.printing import samples

CODE = VisitorCode(code="7QX2-M4KA-C1B", qr="7QX2M4KAC1B")
ANSWERS = ("Tidak sesuai", "Kurang sesuai", "Sesuai", "Sangat sesuai")


def slip() -> shapes.SurveySlip:
    return shapes.SurveySlip(
        **samples.base("SURVEI/F-01"),  # type: ignore[arg-type]
        service="KTP-el",
        survey=CODE,
        until_on=date(2026, 4, 1),
        questions=9,
    )


def forms() -> shapes.SurveyForms:
    question = shapes.FormQuestion(id="U1", question="Bagaimana kesesuaian persyaratannya?", answers=ANSWERS)
    return shapes.SurveyForms(
        **samples.base("SURVEI/F-02"),  # type: ignore[arg-type]
        name="Survei Kepuasan Masyarakat",
        basis="PermenPANRB 14/2017",
        service="KTP-el",
        numbers=(41, 42),
        questions=(question,) * 9,
        groups=(shapes.FormGroup(label="Jenis kelamin", options=("Laki-laki", "Perempuan")),),
    )


def report() -> shapes.SurveyReport:
    element = {"id": "U1", "name": "Persyaratan", "value": "76.93"}
    line = shapes.ElementLine(id="U1", name="Persyaratan", answered=150, mean="3,08", value="76,93", mark="B")
    return shapes.SurveyReport(
        **samples.base("SURVEI/F-03"),  # type: ignore[arg-type]
        title="Survei Kepuasan Masyarakat",
        basis="PermenPANRB 14/2017",
        number="01/SKM/2026",
        period="Triwulan I 2026",
        scope="semua layanan",
        index="76,93",
        mark="B",
        words="Baik",
        facts=(Fact(label="Indeks", value="76,93"), Fact(label="Responden", value="150", note="cukup; perlu 132")),
        notes=("Cara tabel: bobot 0,111 memberi 76,85.",),
        elements=(line,) * 9,
        groups=(shapes.GroupTable(title="Jenis kelamin", rows=(("Perempuan", "80", "77,10", "B"),)),),
        bands=(("A", "Sangat baik", "88,31 sampai 100,00"),),
        plan=("Kursi ruang tunggu ditambah, Juni 2026.",),
        charts=(charts.elements_chart([element] * 9, "76.61"), charts.trend_chart([("2026-Q1", "76.93")], "76.61")),
        digest="0123abcd",
        on=date(2026, 4, 6),
        maker=samples.OPERATOR,
        signer=samples.CAMAT,
        draft=False,
    )
