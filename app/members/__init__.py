"""Many people in one request: their list, a state for each, and the days on which they come."""
