"""An example of a file of indicators as a document."""

from app.printing.data import indicators as shapes
from tests.printing import samples


def document() -> shapes.IndicatorDocument:
    ratio = shapes.IndicatorLine(
        number=1,
        id="rasio",
        name="Rasio dosen dengan mahasiswa",
        definition="Perbandingan jumlah dosen tetap dengan mahasiswa.",
        formula="Dosen tetap \u00f7 Mahasiswa",
        unit="rasio",
        direction="makin dekat makin baik (1:30)",
        measured="setiap tahun",
        targets=("1:16", ""),
        strategy="Pengusulan formasi dosen",
        note="Dihitung sebagai rasio.",
    )
    saying = (("Tabel 1 nomor 7", "12"), ("Matriks", "2"))
    return shapes.IndicatorDocument(
        **samples.base("SPM/2022"),  # type: ignore[arg-type]
        title="Standar Pelayanan Minimum",
        source="Keputusan contoh",
        years=("2022", "2023"),
        groups=(shapes.IndicatorGroup(title="Standar Pendidikan", lines=(ratio,)),),
        notes=("Tahun 1 dibaca 2022.",),
        disagreements=(shapes.Disagreement(name="Penelitian sesuai bidang", what="Target 2022", sayings=saying),),
    )
