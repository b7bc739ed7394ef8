"""The way between the sides: journal, keys, files, carriers and the exchange between an office and the centre."""
