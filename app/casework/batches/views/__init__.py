"""Pages of dispatch, answers, arrival, hand-over and balance."""

from string import capwords

from app.core.late import late
from app.platform.web.context import PARTNER, Finder, Nav, Sheet, WebRoom
from app.platform.web.own_flask import Pages

count_cases_at = late("app.casework.batches.partners:count_cases_at")
works_with_partner = late("app.casework.batches.partners:works_with_partner")
count_mismatches = late("app.casework.batches.queries:count_mismatches")
cases_to_send = late("app.casework.batches.queries:cases_to_send")
count_ready = late("app.casework.batches.products:count_ready")
ROOM = WebRoom(
    (
        Pages("dispatch", "/pengiriman", "app.casework.batches.views.dispatch:pages"),
        Pages("letters", "/pengiriman", "app.casework.batches.views.dispatch:letter_pages"),
        Pages("answers", "/pengiriman", "app.casework.batches.views.answers:pages"),
        Pages("cards", "/kartu", "app.casework.batches.views.products:pages"),
        Pages(
            "hand_over", ("/kartu/serah", "/berkas/*/perbaikan"), "app.casework.batches.views.products:hand_over_pages"
        ),
        Pages("balance", "/keseimbangan", "app.casework.batches.views.dispatch:balance_pages"),
        Pages("ktp_paper", "/kertas/ktp", "app.casework.batches.views.printing:pages"),
        Pages("other_versions", "/jalan/kembar", "app.casework.batches.views.answers:other_version_pages"),
    ),
    (
        Nav(
            "Pengiriman",
            "dispatch.show_dispatches",
            "dispatch.view",
            group=PARTNER,
            order=10,
            count=lambda db, _actor, _now: cases_to_send(db)[0],
            counted="berkas siap dikirim",
            shown=lambda db: works_with_partner(db, "send"),
            address="/pengiriman/",
        ),
        Nav(
            "Kedatangan kartu",
            "cards.show_arrivals",
            "card.arrive",
            group=PARTNER,
            order=20,
            count=lambda db, actor, _now: count_cases_at(db, "arrive", actor.own_area),
            counted="ditunggu, belum dihitung",
            words=late("app.casework.batches.partners:arrival_label"),
            shown=lambda db: works_with_partner(db, "arrive"),
            address="/kartu/kedatangan",
        ),
        Nav(
            "Panggilan",
            "cards.show_calls",
            "card.call",
            order=60,
            count=lambda db, actor, _now: count_ready(db, actor.own_area)[0],
            counted="belum dipanggil",
            shown=lambda db: works_with_partner(db, "hand_over"),
            address="/kartu/panggilan",
        ),
        Nav(
            "Pencocokan",
            "balance.show_balance",
            "dispatch.view",
            group=PARTNER,
            order=30,
            count=lambda db, _actor, _now: count_mismatches(db),
            counted="pengiriman tidak cocok",
            shown=lambda db: works_with_partner(db, "send"),
            address="/keseimbangan/",
        ),
    ),
    finders=(Finder("Pengiriman", "dispatch.view", late("app.casework.batches.views.dispatch:find_dispatches")),),
    # `ANISA RAHMAWATI` of the form as people write it; a slip code as it is read aloud.
    filters={"capwords": capwords},
    special={
        "batches.dispatch": "dispatch.show_case_dispatch",
        "batches.results": "answers.show_case_answer",
        "batches.repair": "hand_over.show_repair",
        "batches.arrival": "cards.show_arrival",
        "batches.hand_over": "hand_over.show_hand_over",
    },
    sheets=(
        Sheet(
            named_by=lambda definition: definition.partner is not None,
            draw=late("app.casework.batches.views.answers:draw_value_sheet"),
        ),
    ),
    desk=late("app.casework.batches.tasks:DESK"),
    guide={
        "": (
            "operator#menyusun-pengiriman kasi#menyetujui-pengiriman camat#ktp-el ktm#membuat-dan-membagikan "
            "kolektif#hari-perekaman-kartu-dan-penyerahan"
        ),
        "answers": (
            "kasi#jawaban-dispenduk-capil operator#dispenduk-capil-belum-memakai-loket ktm#membuat-dan-membagikan"
        ),
        "cards": (
            "loket#kartu desa#sesudah-itu informasi#setiap-hari ktm#membuat-dan-membagikan "
            "kolektif#hari-perekaman-kartu-dan-penyerahan"
        ),
        "hand_over": "loket#kartu ktm#membuat-dan-membagikan kolektif#hari-perekaman-kartu-dan-penyerahan",
        "other_versions": "administrator#dua-komputer-menulis-untuk-kantor-yang-sama",
    },
)
