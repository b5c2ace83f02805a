"""A small help desk of our own: one inbox, the desks' HTTP APIs in front of it, and a web page.

It stands in for the vendor's desk on one machine and in tests, so it knows nothing of the product.

    inbox/      tickets, messages, people: the truth, in SQLite, without any vendor's words
    faces/      one folder per vendor: that vendor's API over the inbox
    delivery/   webhooks on their way out: signing is the face's, patience is ours
    control/    what a demo or a test may do behind the vendor's back
    page/       the desk as people see it
"""
