"""The desk of every service: open, check, advance, return, correct, close; search, timeline, due list, drafts."""
