"""Django's own admin list as a peer of our list of cases; run by the Python of morango's environment."""
