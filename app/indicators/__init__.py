"""What an office measures: targets, realisation, what was reached, and the evaluation of a period (clause 14)."""
