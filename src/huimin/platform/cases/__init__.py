"""Cases 办件: an application of somebody for something, from the draft to the result, under a legal clock.

For: drafts, what the city knows already, evidence, lodging, letters, results, ratings. Not for: what a service is (catalogue), steps and
clocks (process), licences held (licences), what the registries know (registries).
"""
