"""The complaint book."""
