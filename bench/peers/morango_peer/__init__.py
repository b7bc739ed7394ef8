"""Morango as a peer: a Django project of the smallest size, run by the Python of its own environment."""
