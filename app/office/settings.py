"""Settings with their defaults and meaning. A value that was never set is its default."""

from __future__ import annotations

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from app.core.problems import Problem
from app.office.arms import check_address
from app.office.network import hosts_of
from schema.database import Database
from schema.remembered import remembered

DEFAULTS: dict[str, Any] = {
    "office.code": "",
    "office.name": "",
    "office.short_name": "",
    "office.regency": "",
    "office.address": "",
    "office.phone": "",
    "office.email": "",
    "office.report_to": "",
    "office.postcode": "",
    "office.place": "",
    "office.slip_prefix": "",
    "office.arms": "",
    "office.centre_name": "Dinas Kependudukan dan Pencatatan Sipil",
    "office.centre_place": "",
    "promise.kept_when": "arrived",
    "pauses.enabled": [],
    "paper.size": "F4",
    "paper.slip": "80mm",
    "recording.slots_per_day": 24,
    "centre.runs_loket": True,
    "uncollected.after_days": 10,
    "recap.to_regency": False,
    "network.open": False,
    "network.hosts": "",
    "network.without_tls": False,
}
"""`promise.kept_when`: arrived (at the kecamatan) or handed_over. `arms`: the regency's arms as a `data:` address.
`office.report_to`: whom to tell about a hole or leaked data. `pauses.enabled`: ids of pause reasons of the standard.
`recap.to_regency`: the public version of an approved complaint recap travels to the regency. `centre.runs_loket` holds
once the office is enrolled (`ways.runs_loket`). `network.*`: see app/office/network.py."""

CHOICES = {
    "promise.kept_when": ("arrived", "handed_over"),
    "paper.size": ("F4", "A4"),
    "paper.slip": ("80mm", "quarter"),
}

TEXT_LIMIT = 60_000


def get(db: Database, key: str) -> Any:
    """The value of a setting. Raises KeyError for an unknown key."""
    text = stored(db).get(key)
    return DEFAULTS[key] if text is None else json.loads(text)


@remembered
def stored(db: Database) -> Mapping[str, str]:
    """Every setting that was set, as JSON text, so that nobody can change what is remembered."""
    return MappingProxyType(dict(db.run("SELECT key, value FROM setting")))


def all_settings(db: Database) -> dict[str, Any]:
    """Every setting with its value or default."""
    return DEFAULTS | {key: json.loads(text) for key, text in stored(db).items()}


def check(key: str, value: Any) -> Any:
    """The value itself when it fits the setting. Raises Problem `invalid` with the field's sentence."""
    if key not in DEFAULTS:
        raise Problem.of("invalid", {key: "Pengaturan ini tidak dikenal."})
    wanted = type(DEFAULTS[key])
    if wanted is int and (not isinstance(value, int) or isinstance(value, bool) or not 0 < value < 1000):
        raise Problem.of("invalid", {key: "Isi dengan angka antara 1 dan 999."})
    if not isinstance(value, wanted):
        raise Problem.of("invalid", {key: "Isian ini tidak cocok dengan jenisnya."})
    if isinstance(value, str) and len(value) > TEXT_LIMIT:
        raise Problem.of("invalid", {key: "Isian ini terlalu panjang."})
    if key in CHOICES and value not in CHOICES[key]:
        raise Problem.of("invalid", {key: "Pilih salah satu dari daftar."})
    if key == "office.arms":
        check_address(value)
    if key == "network.hosts":
        hosts_of(value)
    if isinstance(value, list) and not all(isinstance(one, str) and len(one) <= 40 for one in value):
        raise Problem.of("invalid", {key: "Pilih dari daftar."})
    return value
