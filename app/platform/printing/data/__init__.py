"""Data structs of all papers, one per paper: `common`, `cases`, `books`."""
