"""Pages of the desk, the same for every service: new applications, cases, lists, papers, Meja kerja."""

from app.core.late import late
from app.platform.web.context import Finder, Nav, WebRoom
from app.platform.web.own_flask import Pages

NEW_APPLICATION = Nav(
    "Permohonan baru",
    "form.start_application",
    "case.open",
    order=20,
    address="/permohonan/baru",
    key="b",
    also="daftar berkas",
)
ROOM = WebRoom(
    (
        Pages("desk", ("/", "/meja"), "app.casework.desk.views.desk:pages"),
        Pages("form", "/permohonan", "app.casework.desk.views.form:pages"),
        Pages("reserved", "/permohonan/formulir", "app.casework.desk.views.papers:reserved_pages"),
        Pages("lists", ("/jatuh-tempo", "/register"), "app.casework.desk.views.lists:pages"),
        Pages("search", "/cari", "app.casework.desk.views.search:pages"),
        Pages("cases", "/berkas", "app.casework.desk.views.lists:case_pages"),
        Pages("case_work", "/berkas/*", "app.casework.desk.views.case_work:pages"),
        Pages("case_notes", "/berkas/*", "app.casework.desk.views.case_notes:pages"),
        Pages("correction", "/berkas/*/perbaiki", "app.casework.desk.views.case_work:correction_pages"),
        Pages("papers", "/berkas/*/kertas", "app.casework.desk.views.papers:pages"),
        Pages("oversight", "/pengawasan", "app.casework.desk.views.oversight:pages"),
        Pages("ready_codes", "/papan/siap", "app.casework.desk.views.papers:board_pages"),
    ),
    (
        Nav(
            "Meja kerja",
            "desk.show_desk",
            "desk.view",
            order=10,
            address="/",
        ),
        NEW_APPLICATION,
        Nav("Berkas", "cases.show_cases", "case.list", order=30, address="/berkas"),
        Nav("Kode siap diambil", "ready_codes.show_ready_codes", "case.list", order=33, address="/papan/siap"),
        Nav("Jatuh tempo", "lists.show_due", "due.view", order=32, address="/jatuh-tempo"),
        Nav("Buku register", "lists.show_register", "register.view", order=34, address="/register"),
        Nav(
            "Pengawasan",
            "oversight.page",
            "oversight.view",
            group="Kantor",
            order=30,
            count=late("app.casework.desk.views.oversight:open_note_count"),
            counted="menunggu tindak lanjut",
            address="/pengawasan/",
        ),
    ),
    addresses={"search.search_cases": "/cari"},
    acts=(NEW_APPLICATION,),
    finders=(
        Finder("Permohonan baru", "case.open", late("app.casework.desk.views.search:find_services"), asked=False),
        Finder("Berkas", "case.list", late("app.casework.desk.views.search:find_numbers"), asked=False),
    ),
    filters={"spoken": late("app.casework.desk.story:spoken_name")},
    files={"case": late("app.casework.desk.views.case_page:FILES")},
    desk=late("app.casework.desk.tasks:DESK"),
    guide={
        "": (
            "loket#permohonan desa#dengan-jaringan operator#perekaman kasi#di-halaman-berkas camat#ktp-el "
            "ktm#di-loket kolektif#daftar-orang"
        ),
        "desk": "",
        "form": "loket#permohonan desa#dengan-jaringan ktm#di-loket kolektif",
        "reserved": "desa#tanpa-jaringan padam#sebelum-terjadi",
        "lists": "loket#pertanyaan-pemohon camat#ktp-el ktm#di-loket kolektif",
        "search": "loket#pertanyaan-pemohon ktm#di-loket kolektif",
        "correction": "kasi#di-halaman-berkas ktm#di-loket kolektif#daftar-orang",
        "oversight": "sekretaris#pengawasan kasi camat#ktp-el",
        "ready_codes": "informasi#setiap-hari",
    },
)
