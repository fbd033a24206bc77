"""The verbs, a module per noun. Each has one shape: check, change, record the event, post to the outbox.

Layer 3. An action flushes and never commits: one request, or one command, is one transaction.
"""
