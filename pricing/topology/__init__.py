"""Usage that follows from the inventory: who gives publishes and e-mails need not give what they set off."""
