"""The whole hall, as it runs on real machines."""
