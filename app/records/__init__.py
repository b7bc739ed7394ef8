"""What is kept of people: who may ask for it and what the law wants told, how long it stays and how it goes.

Knows every wing that keeps records; nothing of those knows it.
"""
