"""The clerk's keypad on a PC."""
