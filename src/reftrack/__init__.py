"""reftrack: whom you owe thanks, a call or news for a referral, and by when."""

# Written down because looking it up in the installed metadata costs half of a quick start.
__version__ = "0.1.0"
