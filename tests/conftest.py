"""How thoroughly the properties of this suite are tried: each in a run of all of them, for the suite stays quick.

`pytest --hypothesis-profile=default` tries them more.
"""

from __future__ import annotations

from importlib import import_module

from hypothesis import settings

settings.register_profile("suite", max_examples=25, deadline=2000)
settings.load_profile("suite")

# Below it is cryptography. Imported first inside a run of pytester it would be imported anew after it, for pytester
# forgets the modules that came with a run; and then its own classes do not know each other.
import_module("trustme")
