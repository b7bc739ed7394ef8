from pathlib import Path
from tests.people import Browser


def test_pages_open(staff: dict[str, Browser]) -> None:
    for path in ("/", "/sasaran", "/sasaran?periode=2026", "/sasaran/capaian", "/sasaran/target/2026", "/sasaran/target/2027", "/sasaran/evaluasi", "/sasaran/evaluasi/2026-Q2", "/sasaran/evaluasi/2026", "/sasaran/indikator/poltekkes-banten-2022/sk_pbm_tepat_waktu", "/sasaran/indikator/poltekkes-banten-2022/waktu_sk_pbm?periode=2026-04","/sasaran/indikator/poltekkes-banten-2022/tim_pengelola?periode=2026"):
        for name in ("laksmi", "tirta", "yuni"):
            answer = staff[name].get(path)
            assert answer.status_code == 200, (path, name, answer.text[:3000])
    for path in ("/sasaran/evaluasi/2026-Q2/cetak", "/sasaran/evaluasi/2025/cetak", "/sasaran/unduh/2026"):
        answer = staff["yuni"].post(path)
        assert answer.status_code == 200, answer.text[:2000]
        Path(f"/tmp/indicators-scratch/{path.replace(chr(47),chr(95))}.pdf").write_bytes(answer.data)
