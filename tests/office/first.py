"""What is typed on the first-run page."""

from typing import Any

SECRET = "beras kencur 45"


def typed(**changed: Any) -> dict[str, Any]:
    """A whole first run of an invented office."""
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
        "desa-3508072010-clerk_username": "desi",
        "desa-3508072010-clerk_password": SECRET,
        "start_case": "417",
        "pattern_case": "{n:05}/KTP/{year}",
    } | changed
