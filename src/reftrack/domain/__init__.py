"""The words of the rulebook: people, referrals, events, courtesies and their time."""
