"""Pages and the API of cases: applying, my cases, a case at the desk."""
