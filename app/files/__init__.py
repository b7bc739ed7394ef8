"""Photos and scans: checked, kept by their content, shown to those who may see what they belong to."""
