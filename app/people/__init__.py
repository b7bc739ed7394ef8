"""People, roles, sign-in, sessions, access log: the ground floor that office and centre both stand on."""
