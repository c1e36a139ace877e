"""How a visitor's vibrating pager is called."""
