"""States of a recording in the central system (SIAK), for both sides: its code never stands without its meaning."""

STATUSES: dict[str, tuple[str, str]] = {
    "unregistered": ("UNREGISTERED", "Belum direkam. Silakan datang untuk perekaman."),
    "bio_captured": ("BIO_CAPTURED (BC)", "Sudah direkam, masih di alat kecamatan. Mohon menunggu."),
    "processing": ("PROCESSING (PRO)", "Sedang disiapkan untuk dikirim. Mohon menunggu."),
    "sfe": ("SENT_FOR_ENROLLMENT (SFE)", "Sedang dikirim ke pusat data. Lamanya tidak dapat dijanjikan."),
    "received_central": ("RECEIVED_AT_CENTRAL", "Sudah tiba di pusat data. Mohon menunggu."),
    "efac": ("ENROLL_FAILURE_AT_CENTRAL (EFAC)", "Rekaman gagal di pusat. Perlu direkam ulang."),
    "efar": ("ENROLL_FAILURE_AT_REGIONAL", "Rekaman gagal di server daerah. Perlu direkam ulang."),
    "search_failure": (
        "SEARCH_FAILURE_AT_CENTRAL",
        "Perbandingan dengan data lain di pusat gagal. Petugas meminta penghapusan dulu.",
    ),
    "duplicate": ("DUPLICATE_RECORD (DUP)", "Pernah direkam di tempat lain. Kartu belum dapat dicetak."),
    "adjudicate": ("ADJUDICATE_RECORD", "Menunggu diperiksa petugas pusat. Mohon menunggu."),
    "adjudicating": ("ADJUDICATE_IN_PROCESS", "Sedang diperiksa petugas pusat. Mohon menunggu."),
    "print_ready": ("PRINT_READY_RECORD (PRR)", "Siap cetak."),
    "card_printed": ("CARD_PRINTED", "Kartu pernah dicetak."),
    "card_shipped": ("CARD_SHIPPED", "Kartu pernah dicetak dan dikirim."),
    "card_issued": ("CARD_ISSUED", "Kartu pernah diterbitkan."),
}
"""Central status as the officer sees it → (printed code, sentence for the applicant). domain.md 3.1."""


def status_words(status: str) -> str:
    """The code that the central system shows, with its meaning beside it: `PRINT_READY_RECORD (PRR): siap cetak`."""
    code, sentence = STATUSES[status]
    meaning = sentence.split(". ")[0].rstrip(".")
    return f"{code}: {meaning[:1].lower()}{meaning[1:]}"
