"""A case of any service, from the counter to the hand-over: desk, letters, people of a request, lists to a partner.

Knows `core` and `platform`. What a single service adds to a case, the service's own room gives (`app/services`).
"""
