"""Examples of the papers of monitoring and evaluation, and of the documents of quality."""

from datetime import date

from app.printing.data import quality as shapes
from app.printing.data.common import Official
from tests.printing import samples

TEAM, UNIT = Official(name="Ratna Puspita", post="Sekretaris Kecamatan"), Official(name="Budi Santoso", post="Kasi")
CHIEF = Official(name="Hadi Purnomo", post="Camat")
ROW = shapes.AuditRow(
    name="Kotak saran dibuka setiap hari kerja",
    target="paling sedikit 100%",
    value="87,5%",
    state="Belum tercapai",
    question="Siapa memegang kunci?",
    evidence="Buku pembukaan kotak.",
    finding="Tidak dibuka ketika petugas cuti.",
    weight="Temuan minor",
    recommendation="Tunjuk pengganti.",
    response="Pengganti ditunjuk.",
)
PART = shapes.AuditPart(
    unit="Seksi Pelayanan Umum",
    state="Ditutup",
    activities="Kotak dibuka petugas informasi.",
    obstacles="Satu kunci.",
    rows=(ROW,) * 3,
    follow_ups=(("Membuat kunci kedua", "Seksi", "Budi Santoso", "29 Januari 2027", "Selesai diperiksa"),),
)


def sheet() -> shapes.AuditSheet:
    return shapes.AuditSheet(
        **samples.base("MUTU/F-02"),  # type: ignore[arg-type]
        number="01/MONEV/2026",
        period="Tahun 2026",
        sheet=PART,
        team=(("Sekretaris Kecamatan", "Ratna Puspita"),),
        auditor=TEAM,
        audited=UNIT,
    )


def report() -> shapes.EvaluationReport:
    return shapes.EvaluationReport(
        **samples.base("MUTU/F-03"),  # type: ignore[arg-type]
        number="01/MONEV/2026",
        period="Tahun 2026",
        draft=True,
        facts=(("Dasar", "SP butir 12 dan 14"), ("Jenis", "Rutin")),
        aims=("Melakukan evaluasi diri kinerja seksi.",),
        counts=(("Belum tercapai", "3"), ("Temuan minor", "3")),
        results="Semua sasaran dinilai.",
        obstacles="Satu kunci.",
        recommendations="Tunjuk pengganti.",
        parts=(PART,),
        principles=(("Sahih", "Konsistensi kegiatan.", "Angka dihitung menurut definisinya."),),
        supervisions=(("5 Januari 2027", "Inspektur Pembantu", "Lengkap."),),
        evaluation="Target dinaikkan.",
        digest="ab" * 32,
        signers=(("Disusun oleh", TEAM), ("Disusun oleh", UNIT)),
    )


def targets() -> shapes.QualityTargets:
    row = ("Ketepatan waktu", "KTP selesai sesuai janji", "paling sedikit 95%", "setiap triwulan", "Kasi", "")
    return shapes.QualityTargets(
        **samples.base("SM-PELAYANAN-2026"),  # type: ignore[arg-type]
        number="SM-PELAYANAN-2026",
        title="Sasaran Mutu Seksi Pelayanan Umum Tahun 2026",
        year=2026,
        section="Seksi Pelayanan Umum",
        rows=(row,) * 12,
        signers=(("Dibuat oleh", UNIT), ("Diperiksa oleh", TEAM), ("Disetujui oleh", CHIEF)),
        in_force="sejak 5 Januari 2026",
        note="",
        stamp="TERKENDALI 3",
        distribution=(("1", "Camat", ""),),
    )


def policy() -> shapes.QualityPolicy:
    return shapes.QualityPolicy(
        **samples.base("KM-01"),  # type: ignore[arg-type]
        number="KM-01",
        title="Kebijakan Mutu",
        text="Kami melayani masyarakat dengan cepat, mudah, dan terbuka.",
        points=(("Pelayanan Prima", "Setiap pengunjung dilayani dengan aman dan selamat."),),
        adopted_on=date(2026, 1, 5),
        signer=CHIEF,
        stamp="ASLI",
    )
