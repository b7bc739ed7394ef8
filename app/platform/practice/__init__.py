"""The training office: exercises for each role with invented people, which tick themselves by the journal"""
