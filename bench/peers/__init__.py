"""`run.py bench peers`: Loket beside what others use for the same, each in an environment of its own.

Morango (what Kolibri synchronises with) and PouchDB with express-pouchdb for the exchange; a plain Django admin list
and Datasette for a page; Kolibri for start and memory.
"""
