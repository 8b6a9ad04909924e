"""What decides whether a result passes: configuration, waivers, thresholds, and comparison with an earlier result."""
