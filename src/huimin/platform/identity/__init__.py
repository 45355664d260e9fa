"""Who is asking, in what post, for whom, and what that lets them see.

For: accounts and how one becomes this very person, departments, posts, grants, delegations, sign-in, departments'
systems as API clients, the three separated administrators, and the one scope that all of this compiles to.
Not for: what a department records about a person (`registries`), nor what an official has to do (`process`).
"""
