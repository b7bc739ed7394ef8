"""The office and the centre: one package per room, see docs/developers.md."""
