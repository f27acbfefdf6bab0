"""The embedded PostgreSQL, as a Django database backend that brings its own server.

base     the backend: opens connections, and starts the server if it must
cluster  the users' side: the lock that says "in use", asking whether the server answers, launching the watcher
watcher  the process that is the server's parent and stops it when its last user has gone
server   initialising, starting and cleaning up after the server (standard library only, as is watcher)
account  the account the server runs as: PostgreSQL refuses to run as root
"""
