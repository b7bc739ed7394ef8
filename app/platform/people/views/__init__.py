"""Pages of this room: the door (sign-in, lock, one's own page) and the administrator's pages on people."""

from app.core.late import late
from app.platform.people.views import sign_in
from app.platform.web.context import Nav, WebRoom
from app.platform.web.own_flask import Pages

ROOM = WebRoom(
    (
        sign_in.pages,  # the first page of the day
        Pages("own_sessions", "/saya/sesi", "app.platform.people.views.sign_in:session_pages"),
        Pages("second_step", "/masuk/kode", "app.platform.people.views.second_step:pages"),
        Pages("authenticator", "/saya/kode-ponsel", "app.platform.people.views.second_step:own_pages"),
        Pages("staff", "/pengaturan/petugas", "app.platform.people.views.staff:pages"),
        Pages("second", "/pengaturan/persetujuan", "app.platform.people.views.staff:second_pages"),
    ),
    (
        Nav(
            "Petugas",
            "staff.list_staff",
            "people.manage",
            group="Kantor",
            order=60,
            address="/pengaturan/petugas/",
            also="akun pengguna kata sandi",
        ),
        Nav(
            "Persetujuan kedua",
            "second.list_waiting",
            "people.second",
            group="Kantor",
            order=61,
            count=late("app.platform.people.service:count_waiting"),
            counted="menunggu Anda",
            live=True,
            address="/pengaturan/persetujuan/",
        ),
    ),
    acts=(Nav("Petugas baru", "staff.new_person", "people.manage", address="/pengaturan/petugas/baru", also="akun"),),
    guide={
        "": "semua#yang-berlaku-untuk-semua pusat-cetak#administrator-pusat bank",
        "authenticator": "kode-ponsel",
        "staff": "sekretaris#petugas pusat-cetak#administrator-pusat administrator bank",
        "second": "sekretaris#petugas semua#yang-berlaku-untuk-semua pusat-cetak#administrator-pusat bank",
    },
)
