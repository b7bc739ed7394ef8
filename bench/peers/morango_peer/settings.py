"""Django's settings of one side; `PEER_DATABASE` names its file."""

import os

SECRET_KEY = "not-a-secret"
ALLOWED_HOSTS = ["127.0.0.1"]
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": os.environ["PEER_DATABASE"]}}
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "rest_framework",
    "morango",
    "bench_records",
]
ROOT_URLCONF = "morango.urls"
