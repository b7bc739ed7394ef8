"""Pages of the print floor."""

from app.centre.views import (
    floor,
    forks_page,
    incoming,
    keys_page,
    line,
    neighbours_page,
    recaps_page,
    returns_page,
    setup_page,
    shipments,
    stick_page,
    stock,
)
from app.web.context import Nav, WebRoom

GROUP = "Pusat cetak"
ROOM = WebRoom(
    (
        setup_page.pages,
        floor.pages,
        incoming.pages,
        line.pages,
        stock.pages,
        shipments.pages,
        neighbours_page.pages,
        neighbours_page.settings_pages,
        keys_page.pages,
        stick_page.pages,
        forks_page.pages,
        returns_page.pages,
    ),
    (
        Nav("Antrean cetak", "centre.queue", "centre.floor", group=GROUP, order=10, count=floor.queued),
        Nav("Blangko", "blanks.book", "centre.floor", group=GROUP, order=20, count=stock.left),
        Nav(
            "Kirim kartu",
            "shipments.all_shipments",
            "centre.floor",
            group=GROUP,
            order=30,
            count=shipments.ready,
        ),
        Nav("Ditolak", "centre.refused", "centre.floor", group=GROUP, order=40),
        Nav("Kecamatan", "offices.all_offices", "centre.floor", group=GROUP, order=50),
        Nav("Stik USB", "centre_stick.page", "centre.floor", group=GROUP, order=60),
        Nav("Pengaturan pusat", "centre_settings.settings", "centre.offices", group="Kantor", order=50),
        Nav("Sesudah pemulihan", "centre_returns.page", "centre.floor", group="Kantor", order=55),
        Nav("Kunci pusat", "centre_keys.page", "centre.offices", group="Kantor", order=60),
    ),
)
__all__ = ["ROOM", "recaps_page"]
