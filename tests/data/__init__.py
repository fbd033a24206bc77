"""Files and texts made for these tests, in code, so that one sees what is in them."""
