"""The cast of workers that drives demo, walk, proofs and tests."""
