"""KTP: rules of the form, recording once, dispatch to the centre and its answers, cards and hand-over."""
