"""The regency's print floor: incoming lines, print queue, blanks, shipments, and how it stands with every office."""
