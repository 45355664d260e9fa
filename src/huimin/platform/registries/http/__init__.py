"""Pages and the API of the registries: my data, quick query, corrections on the desk."""
