"""Who can get more rights than it has, over which steps, and what would stop it."""
