"""Pages of the office: first run, settings, calendar, standard, the exchange, health, access log."""

from flask import current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.core.late import late
from app.platform.office import queries
from app.platform.web.context import PARTNER, Nav, WebRoom, current_db, surroundings
from app.platform.web.own_flask import Pages

OPEN_ENDPOINTS = (
    "setup.first_run_form",
    "setup.show_step",
    "setup.keep_step",
    "setup.suggest_names",
    "setup.preview_number",
    "setup.show_passphrase",
    "setup.lock_database",
    "asset",
    None,
)


def lead_to_set_up() -> ResponseReturnValue | None:
    """An empty office leads every page to its set-up. Once it is set up, the database is not asked again."""
    if current_app.extensions.get("loket_set_up") or request.endpoint in OPEN_ENDPOINTS:
        return None
    if queries.is_set_up(current_db()):
        from app.platform.office.first_run import drop_draft  # once in a process

        current_app.extensions["loket_set_up"] = True
        drop_draft(surroundings().data)  # one that a power cut left after the founding
        return None
    return redirect(url_for("setup.first_run_form"), 303)


ROOM = WebRoom(
    (
        Pages("setup", "/persiapan", "app.platform.office.views.first_run:pages"),
        Pages("settings", "/pengaturan", "app.platform.office.views.settings:pages"),
        Pages("calendar", "/pengaturan/kalender", "app.platform.office.views.settings:calendar_pages"),
        Pages("standards", "/standar", "app.platform.office.views.standards:pages"),
        Pages("documents", "/standar", "app.platform.office.views.documents:pages"),
        Pages("road_page", "/jalan", "app.platform.office.views.exchange:pages"),
        Pages("health", "/keadaan", "app.platform.office.views.health:pages"),
        Pages("access", "/keadaan/akses", "app.platform.office.views.health:access_pages"),
    ),
    (
        Nav(
            "Sambungan",
            "road_page.page",
            "sync.view",
            group=PARTNER,
            order=50,
            count=late("app.platform.office.views.exchange:unsent_count"),
            counted="belum terkirim",
            live=True,
            shown=lambda db: not queries.list_standards(db) or bool(queries.partners_of(db)),
            address="/jalan/",
        ),
        Nav("Keadaan sistem", "health.page", "health.view", group="Kantor", order=40, address="/keadaan/"),
        Nav("Pengaturan", "settings.page", "office.settings", group="Kantor", order=50, address="/pengaturan/"),
        Nav("Catatan akses", "access.page", "access.view", group="Kantor", order=70, address="/keadaan/akses/"),
    ),
    addresses={"standards.current_standard": "/standar/", "setup.first_run_form": "/persiapan/"},
    guide={
        "": "sekretaris#pengaturan administrator",
        "setup": "sekretaris#hari-pertama administrator#pertama-kali-hidup",
        "standards": "dokumen#membaca",
        "documents": "dokumen#menandatangani",
        "road_page": "operator#sambungan-ke-pusat administrator#mendaftar-ke-pusat",
        "health": "sekretaris#keadaan-sistem administrator#pemeriksaan-setiap-malam",
        "access": "sekretaris#keadaan-sistem administrator#pemeriksaan-setiap-malam",
    },
)
