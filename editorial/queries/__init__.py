"""Lists and searches: a function for each question, each loading just what its page needs. Layer 3.

Lists page by key and never count what they don't show.
"""
