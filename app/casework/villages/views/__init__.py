"""The page of the villages that bring and fetch, by flashdisk or over the network."""

from app.core.late import late
from app.platform.web.context import Finder, Nav, Sheet, WebRoom
from app.platform.web.own_flask import Pages

ROOM = WebRoom(
    (Pages("villages", "/desa", "app.casework.villages.views.page:pages"),),
    (
        Nav(
            "Pertukaran dengan desa",
            "villages.show_villages",
            "village.view",
            group="Kantor",
            order=62,
            count=late("app.casework.villages.queries:waiting_count"),
            counted="draf menunggu",
            address="/desa",
            also="draf daftar petugas desa kunci flashdisk jaringan kode",
        ),
    ),
    finders=(Finder("Resi desa", "case.list", late("app.casework.villages.views.receipts:find_receipts")),),
    sheets=(Sheet(draw=late("app.casework.villages.views.receipts:receipt_sheet")),),
    desk=late("app.casework.villages.tasks:DESK"),
    guide={"": "flashdisk-desa#di-kecamatan"},
)
