"""The shape of input: types, lengths, and a sentence for what is wrong. Never permission or state. Layer 4."""
