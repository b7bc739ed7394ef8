"""Recap, pledges and the notice board."""
