"""Example of the report on targets."""

from app.indicators.charts import states_chart
from app.printing.data import performance as shapes
from app.quarter.charts import ACCENT, BAD
from tests.printing import samples


def report() -> shapes.Performance:
    line = shapes.TargetLine(
        name="KTP selesai sesuai janji",
        target="paling sedikit 95%",
        value="91,3%",
        state="Belum tercapai",
        unit="Seksi Pelayanan Umum",
        period="",
        missed=True,
    )
    return shapes.Performance(
        **samples.base("MUTU/F-01"),  # type: ignore[arg-type]
        title="Evaluasi Kinerja",
        period="Triwulan III 2026",
        sentences=("7 dari 9 sasaran tercapai pada Triwulan III 2026.",),
        charts=(states_chart([("Tercapai", 7, ACCENT), ("Belum tercapai", 2, BAD)]),),
        groups=(shapes.TargetGroup(title="Ketepatan waktu", lines=(line, line)),),
        analyses=("Blangko kosong dua pekan.",),
        conclusion="Stok blangko dipantau tiap Senin.",
        follow_ups=(
            shapes.FollowUpLine(what="Pantau blangko", person="Budi Santoso", by_on="12 Jan 2027", done="berjalan"),
        ),
        next_targets=(("KTP selesai sesuai janji", "2027: 96%", "–"),),
        signers=(
            ("Dibuat oleh,", samples.OPERATOR),
            ("Diperiksa oleh,", samples.SECRETARY),
            ("Disetujui oleh,", samples.CAMAT),
        ),
        date_line="Contoh, 12 Januari 2027",
    )
