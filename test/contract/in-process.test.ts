import { describe } from 'vitest';
import { inProcess } from './in-process.js';
import { allRows } from './rows/all.js';

describe('the contract, in process and in time that the test moves', () => allRows(inProcess));
