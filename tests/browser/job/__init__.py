"""The whole main job, scene by scene: two sides in their folders, and people who look at every page they come to."""
