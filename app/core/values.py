"""The door to the value types: import them from here. Each lives in a small module of its own."""
