"""Where a cost is least, and from where on one program is cheaper than another."""
