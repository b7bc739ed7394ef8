"""Photos and scans by their content."""
