"""What a service has of its own: identity cards, student cards, the hotline, the complaint book.

Knows `core`, `platform` and `casework`. Two services know each other only where a level of
`tests/rules/test_rooms.py` lies between them.
"""
