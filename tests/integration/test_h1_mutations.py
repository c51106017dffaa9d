# SPDX-License-Identifier: Apache-2.0
"""The probe's requests (h1/), changed at random: whatever comes of them, nothing but canonical HTTP is passed on, and nobody gets
what is another's. In the environment SIGNGATE_SEED repeats a run, and SIGNGATE_MUTATIONS says how many there are."""

import os
import random

from h1 import body_cases, exchange_cases, request_cases  # noqa: F401  they fill the table
from h1.mutations import mutate
from h1_lanes import LANES, Lanes
from harness import main

MUTATIONS = int(os.environ.get("SIGNGATE_MUTATIONS") or 1500)


class Mutations(Lanes):
    def test_mutated_requests_do_no_harm(self):
        seed = int(os.environ.get("SIGNGATE_SEED") or random.SystemRandom().randrange(2**32))
        print("seed", seed, flush=True)
        faults = self.run_beside(lambda lane, at: mutate(lane, f"mutated-{at}", -(-MUTATIONS // LANES), seed + at), range(LANES))
        self.assertEqual([fault for each in faults for fault in each], [])


if __name__ == "__main__":
    main()
