"""Electronic signatures on papers that come back."""
