"""Electronic licences 电子证照 (GB/T 36901–36906): a signed, revocable statement of an authority about a holder.

Grants, suspends, revokes and reissues them; shows them by a short-lived code; answers whoever checks one; makes annotated copies; and
keeps for the holder who used what. Not for how a licence is decided (cases), nor for what the registries know of a person.
"""
