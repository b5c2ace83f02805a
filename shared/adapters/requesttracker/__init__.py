"""Request Tracker 5 as a desk, by its REST2 API."""
