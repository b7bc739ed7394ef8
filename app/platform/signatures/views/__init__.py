"""The page of the roots that the office trusts."""

from app.platform.web.context import Nav, WebRoom
from app.platform.web.own_flask import Pages

ROOM = WebRoom(
    (Pages("roots", "/pengaturan/akar", "app.platform.signatures.views.page:pages"),),
    (
        Nav(
            "Sertifikat akar",
            "roots.show_roots",
            "people.second",
            group="Kantor",
            order=62,
            address="/pengaturan/akar/",
            also="tanda tangan elektronik TTE BSrE",
        ),
    ),
    guide={"": "surat#surat-keluar"},
)
