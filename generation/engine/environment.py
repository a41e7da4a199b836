"""How torch's threads wait and what libraries print; loaded with ``generation.engine``, before anything imports torch.

GNU OpenMP's threads spin while they wait. On a machine shared with a web server or a database the spinning thread
takes the very core its partner needs, and a decoding step of milliseconds waits for the scheduler: measured beside
other busy processes on two cores, sleeping threads were three to four times as fast. Loading a model takes moments;
a progress bar for it in the middle of a command's or a worker's lines tells nobody anything. What the operator has set
stands.
"""

import os

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
