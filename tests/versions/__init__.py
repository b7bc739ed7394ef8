"""One small office and centre of each released version, and the proof that today's program takes them over."""
