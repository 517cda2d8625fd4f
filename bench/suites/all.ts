import type { Suite, SuiteOptions } from '../suite.js';
import { holdSuite } from './hold.js';
import { memorySuite } from './memory.js';
import { mmcSuite } from './mmc.js';
import { partsSuite } from './parts.js';
import { productSuite } from './product.js';
import { shortSuite } from './short.js';
import { workersSuite } from './workers.js';

const MAKERS = [productSuite, mmcSuite, holdSuite, shortSuite, memorySuite, workersSuite, partsSuite];

export function allSuites(options: SuiteOptions): Suite[] {
  return MAKERS.map((make) => make(options));
}
