"""The road: journal, keys, files, carriers and the exchange between an office and the centre."""
