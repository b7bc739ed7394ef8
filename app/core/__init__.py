"""Pure ground floor: values, clock, working days, problems, permissions, formatting."""
