"""Where an inventory comes from: templates, snapshots and live accounts. A source knows a format and no rules."""
