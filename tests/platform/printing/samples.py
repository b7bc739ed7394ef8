"""One lived-in example of every paper. All people, numbers and addresses are invented (NIK prefix 350899)."""

from datetime import UTC, date, datetime

from app.platform.printing.data import common as shapes

HEAD = shapes.Letterhead(
    regency="Kabupaten Lumajang",
    office="Kecamatan Yosowilangun",
    place="Yosowilangun",
    address="Jalan Contoh Nomor 1, Yosowilangun 67382",
    contact="Telepon (0334) 000000, surel kecamatan@contoh.invalid",
)
PRINTED_AT = datetime(2026, 3, 2, 1, 32, tzinfo=UTC)
PRINTED_BY = "Retno Wulandari"
CAMAT = shapes.Official(
    name="Hendra Prasetyawan, S.STP.", post="Camat Yosowilangun", nip="00000000 000000 0 001", rank="Pembina"
)
KASI = shapes.Official(
    name="Agung Dwi Nugroho, S.E.",
    post="Kepala Seksi Pelayanan Umum",
    nip="00000000 000000 0 004",
    acting="an",
    on_behalf_of="Camat Yosowilangun",
    approved_at=datetime(2026, 3, 12, 3, 5, tzinfo=UTC),
)
SECRETARY = shapes.Official(name="Wiwik Handayani, S.Sos.", post="Sekretaris Kecamatan", nip="00000000 000000 0 002")
OPERATOR = shapes.Official(name="Fajar Setiawan", post="Petugas Operator", nip="00000000 000000 0 005")
SUBJECT = shapes.Subject(
    number="0398/KTP/2026",
    code="4K7M-Q2XQ",
    service="KTP-el",
    kind="Baru",
    name="ANISA RAHMAWATI",
    key_label="NIK",
    key="350899******0003",
    product="kartu",
    village="Kraton",
    qr="4K7MQ2XQ",
)


def control(document: str) -> shapes.Control:
    return shapes.Control(document=document, revision="01", issued_on=date(2026, 1, 5))


def base(document: str) -> dict[str, object]:
    """The fields that every paper has."""
    return {"head": HEAD, "control": control(document), "printed_at": PRINTED_AT, "printed_by": PRINTED_BY}
