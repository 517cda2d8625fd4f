import { billExperiment } from './bill.js';
import { hungExperiment, strandedExperiment } from './cancel.js';
import type { SimulatedExperiment } from './experiment.js';
import { revocationExperiment } from './revocation.js';

/** Every experiment in virtual time. */
export const SIMULATED: readonly SimulatedExperiment[] = [revocationExperiment, strandedExperiment, hungExperiment, billExperiment];
