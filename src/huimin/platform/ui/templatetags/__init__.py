"""Template tags: `{% load pieces %}` for what a page is made of, `{% load frame %}` for what stands around it."""
