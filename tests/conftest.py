"""How thoroughly the properties of this suite are tried: each in a run of all of them, for the suite stays quick.

`pytest --hypothesis-profile=default` tries them more.
"""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("suite", max_examples=25, deadline=2000)
settings.load_profile("suite")
