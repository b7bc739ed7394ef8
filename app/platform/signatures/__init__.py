"""Electronic signatures on papers that come back: checked offline against the roots that the office trusts."""
