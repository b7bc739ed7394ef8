"""Monitoring and evaluation, documents of quality."""
