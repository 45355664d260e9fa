"""Tests of keeping a city well, and the small city that they break."""
