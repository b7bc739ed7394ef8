"""What waits at *Meja kerja* beside the cases themselves."""

from app.desk.tasks import Provider

TASKS: list[Provider] = []
