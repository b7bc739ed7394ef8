"""Fifty rows a page, the newest first, as ours; counting all rows is left out, which Django does by itself."""

from bench_admin.models import Case
from django.contrib import admin


@admin.register(Case)
class CaseAdmin(admin.ModelAdmin):
    """The plain list."""

    list_display = ("number", "name", "area", "step", "opened_on")
    list_per_page = 50
    ordering = ("-id",)
    show_full_result_count = False
