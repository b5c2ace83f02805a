"""`firstline replay`: what would have happened on a company's own history."""
