"""Template tags of the grid."""
