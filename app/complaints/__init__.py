"""The complaint book (SP 11): lines, suggestion box, follow-up, corrective action, quarterly recap, notice board."""
