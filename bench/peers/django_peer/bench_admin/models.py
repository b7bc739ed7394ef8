"""The rows that our list shows, as one table."""

from django.db import models


class Case(models.Model):
    """A case as a list shows it."""

    number = models.TextField()
    name = models.TextField()
    area = models.TextField()
    step = models.TextField()
    opened_on = models.TextField()

    class Meta:
        managed = False
        db_table = "listed_case"
