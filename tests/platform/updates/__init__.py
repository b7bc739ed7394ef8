"""New versions of the program: release files, versions beside each other, updates."""
