"""The fault drill: zymap twice behind a proxy, on PostgreSQL with two replicas, under load.

Everything runs on this machine's loopback, in a folder and on ports of its own. While readers ask
at a steady pace and a writer loads one edition after the other, servers are killed and come back.
``python -m benchmarks.drill``.
"""
