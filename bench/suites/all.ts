import type { Suite, SuiteOptions } from '../suite.js';
import { heldSuite, statusCostSuite, statusSuite, submitCostSuite, submitSuite } from './emulator.js';
import { holdSuite } from './hold.js';
import { ledgerSuite } from './ledger.js';
import { loadCostSuite, loadPaceSuite } from './load.js';
import { memorySuite } from './memory.js';
import { mmcSuite } from './mmc.js';
import { partsSuite } from './parts.js';
import { planWorkersSuite } from './plan-workers.js';
import { playgroundSuite } from './playground.js';
import { productSuite } from './product.js';
import { reportSuite } from './report.js';
import { shortSuite } from './short.js';
import { workersSuite } from './workers.js';

const MAKERS = [
  productSuite,
  mmcSuite,
  holdSuite,
  shortSuite,
  memorySuite,
  workersSuite,
  planWorkersSuite,
  partsSuite,
  ledgerSuite,
  submitSuite,
  statusSuite,
  submitCostSuite,
  statusCostSuite,
  heldSuite,
  loadCostSuite,
  loadPaceSuite,
  reportSuite,
  playgroundSuite,
];

export function allSuites(options: SuiteOptions): Suite[] {
  return MAKERS.map((make) => make(options));
}
