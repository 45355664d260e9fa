"""信息惠民 Huimin: an open platform on which a Chinese city serves its people (1 unified platform + 10 domains)."""
