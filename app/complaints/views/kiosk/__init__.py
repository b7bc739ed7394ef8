"""The kiosk's face: an app of its own on its own port, without account, session or cookie."""

from app.complaints.views.kiosk.app import make_kiosk_app

__all__ = ["make_kiosk_app"]
