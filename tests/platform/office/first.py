"""What is typed in the steps of the set-up, and the walk through them."""

from collections.abc import Mapping
from typing import Any

from werkzeug.test import TestResponse

from tests.platform.people import Browser

SECRET = "beras kencur 45"


def typed(**changed: Any) -> dict[str, Any]:
    """Every step of the first run of an invented office."""
    return {
        "office_code": "350807",
        "office_name": "Kecamatan Contoh",
        "office_short_name": "Contoh",
        "office_regency": "Kabupaten Contoh",
        "office_place": "Contoh",
        "office_postcode": "67382",
        "sekretaris-name": "Ratna Puspita",
        "sekretaris-username": "ratna",
        "sekretaris-password": SECRET,
        "camat-name": "Hadi Purnomo",
        "camat-username": "camat",
        "camat-password": SECRET,
        "desa-3508072010-name": "Munder Baru",
        "desa-3508072010-head_name": "Suparman",
        "desa-3508072010-clerk_name": "Desi Anggraini",
        "start_case": "417",
        "pattern_case": "{n:05}/KTP/{year}",
    } | changed


def walk_set_up(browser: Browser, answers: Mapping[str, Any]) -> TestResponse:
    """Send every step in its order; the answer of the last, or of the first that does not go on."""
    villages = answers.get("profile", "kecamatan") == "kecamatan"
    for step in ("kantor", "petugas", *(["desa"] if villages else []), "nomor", "pusat"):
        own = {name: value for name, value in answers.items() if name != "arms" or step == "kantor"}
        answer = browser.post(f"/persiapan/{step}", own)
        if answer.status_code != 303:
            break
    return answer
