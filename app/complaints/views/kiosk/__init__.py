"""The kiosk's face: an app of its own on its own port, without account, session or cookie."""
