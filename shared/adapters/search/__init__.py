"""Search by meaning and by words, over passages of articles and approved answers."""
