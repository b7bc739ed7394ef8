"""The one table that travels: the columns of a dispatch line, as `bench.sync.as_plain` writes them."""

import json
import os
from pathlib import Path

from django.db import models
from morango.models.core import SyncableModel

COLUMNS = json.loads(Path(os.environ["PEER_COLUMNS"]).read_text(encoding="utf-8"))
PROFILE = "bench"


class Record(SyncableModel):
    """A line. Its partition is the one certificate of the bench."""

    morango_profile = PROFILE
    morango_model_name = "record"
    uuid_input_fields = ("line",)

    line = models.IntegerField(unique=True)
    partition = models.CharField(max_length=32)
    locals().update({column: models.TextField(default="", blank=True) for column in COLUMNS})

    def calculate_source_id(self, *_args, **_kwargs):
        """What tells two lines apart."""
        return str(self.line)

    def calculate_partition(self, *_args, **_kwargs):
        """Whose lines they are."""
        return self.partition
