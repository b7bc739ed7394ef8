"""What the figures of the README are made with. Every figure is a ratio between us and a bare reference in one run."""
