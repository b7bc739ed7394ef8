"""Letters: agenda, dispositions, drafts up to their sending."""
