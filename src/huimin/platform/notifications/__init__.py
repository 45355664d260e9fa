"""Telling people: a notice in the pages, and beside it an e-mail or a text message where its reader wants one.

What is told of is declared: every app keeps a table `notices.yaml` that says which of its facts becomes which notice, in which words, and
its receivers say to whom. A notice is a row of its reader; what goes out is a row too, written in the same transaction and
sent afterwards. Nothing here decides anything, and nothing that a person must act on exists only as a message.
Not for codes that prove who somebody is (`identity`), and not for letters themselves: those stay with their case.
"""
