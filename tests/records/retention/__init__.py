"""Retention periods, the yearly list, and the destruction of people out of tables and journal."""
