"""Who somebody is: an e-mail address, a name, and how they like this to work. Knows nothing of any record."""
