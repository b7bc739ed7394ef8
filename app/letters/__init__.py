"""Letters of the office: agenda of incoming and outgoing ones, dispositions, drafts up to their sending."""
