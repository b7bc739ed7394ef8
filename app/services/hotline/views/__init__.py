"""Pages of the hotline."""

from functools import partial

from app.core.late import late
from app.platform.office.settings import sends_sms
from app.platform.web.context import Finder, Nav, Sheet, WebRoom
from app.platform.web.own_flask import Pages
from app.services.hotline import SERVICE

shown_line = partial(Nav, group="Hotline", shown=late("app.services.hotline.queries:is_in_use"))
ROOM = WebRoom(
    (
        Pages("hotline", "/hotline", "app.services.hotline.views.contacts:pages"),
        Pages("articles", "/hotline/artikel", "app.services.hotline.views.articles:pages"),
        Pages("messages", "/hotline/sms", "app.services.hotline.views.messages:pages"),
        Pages("notices", "/sms", "app.services.hotline.views.notices:pages"),
        Pages("message_settings", "/pengaturan/sms", "app.services.hotline.views.messages:setting_pages"),
        Pages(
            "hotline_reports",
            ("/hotline/laporan", "/hotline/analisis"),
            "app.services.hotline.views.contacts:report_pages",
        ),
        Pages("team", "/hotline/tim", "app.services.hotline.views.team:pages"),
    ),
    (
        shown_line("Kontak hotline", "hotline.show_contacts", "hotline.view", order=10, address="/hotline"),
        shown_line("Desk information", "articles.list_articles", "hotline.view", order=20, address="/hotline/artikel"),
        shown_line("SMS", "messages.show_messages", "hotline.view", order=30, address="/hotline/sms"),
        shown_line(
            "Laporan harian", "hotline_reports.show_day", "hotline.report", order=40, address="/hotline/laporan"
        ),
        shown_line(
            "Analisis kebutuhan",
            "hotline_reports.show_analysis",
            "hotline.report",
            order=50,
            address="/hotline/analisis",
        ),
        Nav(
            "SMS kepada pemohon",
            "notices.show_notices",
            "card.call",
            order=61,
            shown=sends_sms,
            address="/sms",
            also="pesan kabar telepon",
        ),
        Nav(
            "Pengaturan SMS",
            "message_settings.show_settings",
            "office.settings",
            group="Kantor",
            order=51,
            address="/pengaturan/sms",
        ),
        shown_line("Tim hotline", "team.show_teams", "hotline.view", order=60, address="/hotline/tim"),
    ),
    acts=(
        shown_line("Kontak baru", "hotline.show_contacts", "hotline.open", address="/hotline", also="hotline telepon"),
        shown_line(
            "Artikel baru",
            "articles.new_article",
            "article.write",
            address="/hotline/artikel/baru",
            also="desk information jawaban",
        ),
    ),
    finders=(
        Finder("Kontak", "hotline.view", late("app.services.hotline.views.contacts:find_contacts")),
        Finder("Desk information", "hotline.view", late("app.services.hotline.views.articles:find_articles")),
    ),
    sheets=(
        Sheet(service=SERVICE, draw=late("app.services.hotline.views.articles:article_sheet")),
        Sheet(service=SERVICE, draw=late("app.services.hotline.views.messages:message_sheet")),
        Sheet(service=SERVICE, draw=late("app.services.hotline.views.contacts:contact_sheet")),
        Sheet(draw=late("app.services.hotline.views.notices:notice_sheet")),
    ),
    links={"complaint": late("app.services.hotline.views.contacts:line_link")},
    desk=late("app.services.hotline.tasks:DESK"),
    guide={
        "": "hotline#tim-hotline-selagi-pelanggan-berbicara",
        "articles": "desk-information#menulis-dan-menyetujui-artikel",
        "messages": "desk-information#sms",
        "notices": "sms#melihat-hasilnya",
        "message_settings": "sms#menyalakan",
        "hotline_reports": "hotline#laporan-dan-analisis",
        "team": "desk-information#sk-tim-dan-pakta-integritas",
    },
)
