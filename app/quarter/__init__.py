"""The quarterly recap, its pledges, the notice board."""
