"""What `aalpl measure` is made of: the grid, the runs, the table that keeps them, statistics, and pictures."""
