"""The record that two people share.

A Relationship has two seats. A Participant is one person's seat; an Invitation is a seat that waits.
What somebody writes is an Entry, for ever; what anybody does is an Event, chained to the one before.
The verbs live on Relationship, say who by, and leave exactly one Event each:

    begin, invite, accept, decline, take_back · write, correct, answer, withdraw, tell · open · end

What one may do, the other may do. Only you write or correct your words. Nothing silently changes.
"""
