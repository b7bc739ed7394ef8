"""Monitoring and evaluation of what was promised; the documents of quality."""
