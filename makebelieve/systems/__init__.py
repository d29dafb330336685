"""Step 2: one folder a system; none of them imports another."""
