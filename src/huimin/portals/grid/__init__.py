"""The grid worker's app at /grid/: it installs, works without a network, and hands in what was done as soon as there is one.

For: what a worker carries (shell, sync, what he takes along). Not for: any decision; reports, tasks, patrols and visits belong to the
apps below, which this portal hands them to. How a handset is trusted and what it holds is written in decision 28.
"""
