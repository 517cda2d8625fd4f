import { RELATIVE_STANDARD_ERROR_BELOW, SEEDS, STANDARD_ERRORS_AT_MOST } from '../acceptance.js';
import { UNIT_US } from '../setting.js';

/** What docs/validation.md says before its first table. */
export const HEAD = `# Validation against queueing theory

The platform that \`slotstorm run\` simulates is set up here so that the assumptions of textbook queues hold, and what it shows is held
against their exact answers. It is the real one (scenario file format, simulation, platform, recorder), with all checkers on; there is no second simulator.

\`npm run validation\` writes this page and its figure. The tests in \`test/theory\` compute the same figures, hold them against theory,
and hold this page against them: seeds are fixed, so every digit is the same on every machine.

How to read the tables:

- **Simulated** is the mean over ${SEEDS.length} runs with the seeds ${SEEDS[0]} to ${SEEDS.at(-1)}; the **standard error** comes from the spread between these runs,
  never from requests within one run, which depend on each other. **z** is (simulated − exact) / standard error.
- A point is accepted when every |z| is below ${STANDARD_ERRORS_AT_MOST} **and** every standard error is below ${RELATIVE_STANDARD_ERROR_BELOW * 100} % of the exact value, so that a wrong model could not pass.
  The seeds were fixed before anything was looked at; a point that is red gets longer runs, never other seeds. The lengths were not:
  they were raised until the standard errors met the rule, and three points of Erlang A that stood near four standard errors (one beyond) at 150,000
  requests a seed are shown at 300,000. A right model
  trips this in 0.3 % of the quantities. All points use the same seeds, hence the same random numbers, so their z are not
  independent: where the first gaps of these seeds are a little long, all points of that length show a little less waiting.
- Each point has a **twin** with one thing wrong, held against the right values. It must miss at least one of them by ${STANDARD_ERRORS_AT_MOST} standard errors or more.
- Times are in units of the model (1/μ where μ = 1). One unit is ${UNIT_US.toLocaleString('en-US')} µs (2^20), about a second, so rounding to whole µs is one part in a million, and the
  waits the tables ask for lie between two buckets of the recorder's histogram: shares are counted, not interpolated.
- Runs begin and end empty, with nothing cut off. What the empty start takes from a mean is far below its standard error at these lengths.

On every single run of the next five sections these hold exactly, as equations of whole microseconds: Little's law for the queue (the area under its
length is the sum of the waits), for the servers (the area under their number at work is the sum of the slot holds), and for the whole (the sum of the sojourns);
every accepted request ended exactly once; and no invariant of the platform was violated. The areas are kept apart from the recorder that keeps the waits.

What theory has no exact answer for is at the end: a bound, and what the documented requeue with backoff does compared with first come, first served.`;
