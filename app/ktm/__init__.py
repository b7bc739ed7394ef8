"""Student cards: intakes, cards with their validity, papers, and the report of an intake."""
