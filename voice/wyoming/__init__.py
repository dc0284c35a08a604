"""The Wyoming protocol in both directions: its satellites as ours, our engines for others, others' engines for us."""
