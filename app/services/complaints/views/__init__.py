"""Pages of the complaint book and the suggestion box."""

from app.core.late import late
from app.platform.web.context import Finder, Nav, WebRoom
from app.platform.web.own_flask import Pages

ROOM = WebRoom(
    (
        Pages("complaints", "/pengaduan", "app.services.complaints.views.lines:pages"),
        Pages("box", "/kotak-saran", "app.services.complaints.views.box:pages"),
        Pages("complaint_settings", "/pengaturan/pengaduan", "app.services.complaints.views.box:settings_pages"),
        Pages("letter_codes", "/periksa-surat", "app.services.complaints.views.letter_codes:pages"),
        Pages("complaint_paper", "/pengaduan", "app.services.complaints.views.book:paper_pages"),
    ),
    (
        Nav(
            "Buku pengaduan",
            "complaints.show_register",
            "complaint.view",
            group="Pengaduan",
            order=10,
            count=late("app.services.complaints.views.book:waiting_count"),
            counted="menunggu jawaban pertama",
            address="/pengaduan",
        ),
        Nav("Kotak saran", "box.show_box", "complaint.view", group="Pengaduan", order=20, address="/kotak-saran"),
        Nav(
            "Seksi dan batas waktu",
            "complaint_settings.show_settings",
            "complaint.limits",
            group="Pengaduan",
            order=60,
            address="/pengaturan/pengaduan",
        ),
    ),
    acts=(
        Nav("Tulis pengaduan", "complaints.new_line", "complaint.write", address="/pengaduan/tulis", also="baru saran"),
        Nav(
            "Periksa keaslian surat",
            "letter_codes.show_form",
            "letter.view",
            address="/periksa-surat",
            also="kode periksa asli",
        ),
    ),
    finders=(Finder("Pengaduan", "complaint.view", late("app.services.complaints.views.book:find_lines")),),
    desk=late("app.services.complaints.tasks:DESK"),
    guide={
        "": (
            "pengaduan-kasi#tindak-lanjut informasi#buku-pengaduan pengaduan-sekretaris#yang-lain "
            "camat#pengaduan-di-antara-dua-rekap"
        ),
        "box": "informasi#setiap-hari",
        "complaint_settings": "camat#pengaduan-di-antara-dua-rekap pengaduan-sekretaris#yang-lain",
        "letter_codes": "surat#surat-keluar",
    },
)
