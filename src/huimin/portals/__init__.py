"""The faces: one package a kind of reader; a portal shows, it never decides."""
