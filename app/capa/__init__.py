"""Corrective and preventive action (LTPP)."""
