"""What every office program needs: pages, people and their PINs, office and its settings, files, papers, backups.

Rooms of this wing know `core` and each other by the levels of `tests/rules/test_rooms.py`; they know no case and no
service.
"""
