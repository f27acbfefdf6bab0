"""Several threads doing something at the same time, each with its own connection."""

import threading

from django.db import connections


def at_once(*calls):
    """Run the calls together; return what each returned or raised, in their order."""
    outcomes = [None] * len(calls)
    start = threading.Barrier(len(calls))

    def run(number, call):
        try:
            start.wait()
            outcomes[number] = call()
        except Exception as error:  # noqa: BLE001  (whatever it is, the test has to see it)
            outcomes[number] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes
