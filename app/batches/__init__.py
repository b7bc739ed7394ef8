"""What leaves the office for a partner and comes back."""
