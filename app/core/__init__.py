"""Values without a database: clock, working days, problems, permissions, text; and the procedure engine."""
