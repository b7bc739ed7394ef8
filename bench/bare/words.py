"""Labels of the bare pages: what a program without definitions writes into its source."""

STEPS = {
    "validate": "Menunggu validasi",
    "record": "Menunggu perekaman",
    "dispatch": "Siap dikirim",
    "print": "Di Dispenduk Capil",
    "arrive": "Menunggu kartu tiba",
    "hand_over": "Siap diambil",
    "@done": "Selesai",
}
ACTIONS = {
    "opened": "Permohonan dicatat",
    "complete": "Dinyatakan lengkap dan valid",
    "recorded": "Perekaman dilakukan",
    "sent": "Dikirim ke Dispenduk Capil",
    "printed": "Dicetak di Dispenduk Capil",
    "arrived": "Kartu tiba di kecamatan",
    "handed_over": "Diserahkan kepada pemohon",
}
ITEMS = {
    "village_letter": "Surat pengantar desa: Permohonan KTP (SP: F-1.07; kini F-1.02)",
    "signature_applicant": "Formulir ditandatangani pemohon",
    "signature_village_head": "Formulir ditandatangani kepala desa",
    "photo": "Pas foto berwarna 3 × 4 cm, 1 lembar",
    "kk_copy": "Fotokopi Kartu Keluarga (KK)",
}
FIELDS = {
    "kind": "Jenis permohonan",
    "form_code": "Formulir yang dipakai",
    "changes": "Data yang berubah",
    "birth_place": "Tempat lahir",
    "birth_on": "Tanggal lahir",
    "sex": "Jenis kelamin",
    "mother_name": "Nama ibu",
    "village": "Desa",
    "street": "Dusun atau jalan",
    "rt": "RT",
    "rw": "RW",
    "postcode": "Kode pos",
    "phone": "Nomor telepon",
}
PLACES = {
    "village": "Kantor desa",
    "applicant": "Pemohon",
    "counter": "Loket",
    "folder": "Map",
    "dispatch": "Pengiriman",
    "centre": "Dispenduk Capil",
    "archive": "Arsip",
}
