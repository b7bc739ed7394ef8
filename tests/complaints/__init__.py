"""The complaint book and the quarter."""
