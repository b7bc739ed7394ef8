"""New versions of the program: what a release file must prove, the versions beside each other, the last update."""
