"""The program as a package that needs no network: a folder for Windows, a `.deb` for Debian; made from a checkout."""
