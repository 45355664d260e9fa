"""The "10" of 1+10: declarations and rules of the ten fields; a domain knows the platform and no other domain."""
