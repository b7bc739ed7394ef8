"""The procedure engine: what a definition file says about a case, its deadline, flowchart, revisions."""
