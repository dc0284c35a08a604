"""What stands in the house: entities, their states, and the bridges that reach them."""
