"""The administrators' page, followed literally on computers with Debian 12: `python3 run.py test --book`."""
