"""What must hold between the rows of a data set, one module a noun."""
