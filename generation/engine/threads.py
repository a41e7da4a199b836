"""How torch's threads wait for each other; loaded with ``generation.engine``, before anything imports torch.

GNU OpenMP's threads spin while they wait. On a machine shared with a web server or a database the spinning thread
takes the very core its partner needs, and a decoding step of milliseconds waits for the scheduler: measured beside
other busy processes on two cores, sleeping threads were three to four times as fast. What the operator has set stands.
"""

import os

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
