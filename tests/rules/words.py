"""Words that officers read no more, on pages, papers, in messages and in the guide (docs/glossary.md)."""

import re

OLD_WORDS = {
    r"\bstik\b|\bUSB\b": "flashdisk",
    r"\bkalau\b": "jika",
    r"\bbita\b": "KB, MB, or nothing",
    r"\baliran(nya)?\b": "jalur",
    r"\bsidik(nya)?\b(?! jari)": "kode pengaman",
    r"\bneraca\b|\bkeseimbangan\b": "pencocokan",
    r"\bkepala (jurnal|buku catatan)\b": "catatan terakhir",
    r"\bjalan ke (pusat|dispenduk|bank|mitra|\{)|\btanpa jalan\b": "sambungan",
    r"\bjalan-jalan\b": "contoh",
    r"\b(di|ter)?tambat(an|kan)?\b": "dikunci",
    r"\bdari ingatan\b": "dihapus",
    r"\bmasih berdiri\b": "masih berlaku",
    r"\bapa kata\b": "jawaban",
    r"(?<![a-z])kiriman(nya)?\b": "pengiriman",
    r"\bderet (nomor|surat)\b": "penomoran",
    r"\bpusat cetak(nya)?\b": "Dispenduk Capil, or pusat where the partner may be a bank",
    r"(?<![\w/-])(dis|dispen)?dukcapil(?![\w/-])": "Dispenduk Capil",
    r"(?<=[0-9}]) %(?!\})|\"\s%\"": "96,0%, without a space",
    r"\b(nama|isi sebuah|unggah lagi) berkas\b|\bberkas (basis data|kunci|cadangan|TOML|indikator)\b": "dokumen",
    r"\bkasus(nya)?\b": "berkas, or rincian of a figure",
    r"\bberdiri di (sini|buku|daftar)\b": "tampil",
    r"(?-i:\bPC\b)(?!/F)": "komputer",
    r"(?-i:\bKtm\b|\bKtp\b|\b(satu|nomor|no\.) kk\b)": "KTM, KTP, KK",
    r"\b(Excel|CSV|PDF|ZIP|SVG)\b[^.]{0,12}\bberkas\b|\bberkas (Excel|CSV|XLSX|PDF|ZIP|SVG|\.)": "dokumen",
    r"\btukar sekarang\b": "Kirim sekarang",
    r"(?<!\.)\bmedian(nya)?\b(?![.(])": "nilai tengah",
    r"\bbenih(nya)?\b": "nomor undian",
    r"\bstake ?holders?\b": "pemangku kepentingan",
    r"\borang lain daripada\b": "orang lain, bukan",
    r"(?<!seperti )\b\d+/office/\d+": "nomor 213",
}
"""What officers must not read any more → what they read instead."""
REFUSED = {re.compile(words, re.IGNORECASE): instead for words, instead in OLD_WORDS.items()}
