"""What a visitor's card or code says, and no more than the hall may know of it."""
