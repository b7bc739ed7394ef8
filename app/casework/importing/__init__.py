"""Import of a register that a counter kept in a spreadsheet: read, match columns, judge every line, load.

Reading and judging are pure: no database, no clock, no Flask. `load` writes through the journal.
"""
