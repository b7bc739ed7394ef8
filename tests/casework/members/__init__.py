"""Many people in one request: rules, lists, schedule, pages and papers, in an organisation bureau."""
