"""The models of what a service declares: pure pydantic, no Django. `catalogue.library` reads the files and holds them together.

`items` service.yaml · `forms` form.yaml · `eligibility` eligibility.yaml · `tables` decision.json · `licences` licence types ·
`scenarios` scenarios.yaml · `local` what a city may say differently · `words` the pieces that all of them share.
"""
