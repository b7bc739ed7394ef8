"""What programs that a test starts have of the instrument: Python imports `sitecustomize` at its start."""
