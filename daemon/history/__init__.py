"""What every thing of the house was, and when: months of it, thinned with age, to look back at and to replay.

It lies in a file of its own with a thread of its own: it is larger than all else together, a copy of the database need
not hold it, its loss costs nobody a reminder, and no entry of the journal ever waits behind it.
"""

from daemon.history.history import History, Keeping
from daemon.history.recording import Kept, Played, Recording

__all__ = ["History", "Keeping", "Kept", "Played", "Recording"]
