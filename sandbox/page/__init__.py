"""The desk as people see it: server-rendered, with a little script of our own."""
