"""Pages of the print centre."""

from app.centre import queries
from app.centre.views import line, offices, people_data, queue, releases, settings
from app.core.late import late
from app.platform.web.context import Finder, Nav, WebRoom
from schema.database import Database

GROUP = "Antrean"


def queue_label(db: Database) -> str:
    """A centre without cards prints nothing."""
    return "Antrean cetak" if queries.makes_cards(db) else "Antrean"


ROOM = WebRoom(
    (
        settings.pages,
        queue.pages,
        queue.dispatch_pages,
        line.pages,
        line.blank_pages,
        queue.shipment_pages,
        offices.pages,
        settings.settings_pages,
        settings.key_pages,
        offices.stick_pages,
        offices.fork_pages,
        offices.return_pages,
        people_data.pages,
        releases.pages,
    ),
    (
        Nav(
            "Antrean cetak",
            "centre.show_queue",
            "centre.floor",
            group=GROUP,
            order=10,
            words=queue_label,
            count=lambda db, _actor, _now: queries.queue_length(db),
        ),
        Nav(
            "Blangko",
            "blanks.show_book",
            "centre.floor",
            group=GROUP,
            order=20,
            shown=queries.makes_cards,
            count=lambda db, _actor, _now: queries.blank_stock(db),
        ),
        Nav(
            "Kirim kartu",
            "shipments.show_shipments",
            "centre.floor",
            group=GROUP,
            order=30,
            shown=queries.makes_cards,
            words=lambda db: f"Kirim {queries.centre_terms(db).product}",
            count=lambda db, _actor, _now: queries.count_lines(db, "printed"),
        ),
        Nav("Ditolak", "centre.show_refused", "centre.floor", group=GROUP, order=40),
        Nav(
            "Kecamatan",
            "offices.show_offices",
            "centre.floor",
            group=GROUP,
            order=50,
            words=lambda db: queries.office_word(db).capitalize(),
        ),
        Nav("Flashdisk", "centre_stick.page", "centre.floor", group=GROUP, order=60),
        Nav("Pengaturan pusat", "centre_settings.edit_settings", "centre.offices", group="Kantor", order=50),
        Nav("Sesudah pemulihan", "centre_returns.page", "centre.floor", group="Kantor", order=55),
        Nav(
            "Data pribadi",
            "centre_people.show_search",
            "centre.offices",
            group="Kantor",
            order=58,
            also="UU PDP hak pemilik data salinan privasi",
        ),
        Nav(
            "Rilis program", "centre_releases.page", "centre.offices", group="Kantor", order=62, also="versi pembaruan"
        ),
        Nav("Kunci pusat", "centre_keys.page", "centre.offices", group="Kantor", order=60),
    ),
    finders=(Finder("Baris", "centre.floor", late("app.centre.views.queue:find_numbers"), asked=False),),
    guide={
        "": "pusat-cetak#administrator-pusat bank administrator-pusat",
        "centre": "pusat-cetak#yang-masuk bank",
        "incoming": "pusat-cetak#yang-masuk bank",
        "line": "pusat-cetak#mencetak bank",
        "blanks": "pusat-cetak#blangko bank",
        "shipments": "pusat-cetak#mengirim-kartu bank",
        "centre_keys": "administrator-pusat#kunci-pusat",
        "centre_returns": "administrator-pusat#memulihkan-pusat",
        "centre_setup": "pusat-cetak#administrator-pusat administrator-pusat",
    },
)
__all__ = ["ROOM", "offices"]
