import { describe } from 'vitest';
import { overHttp } from './over-http.js';
import { allRows } from './rows/all.js';
import { hangUpRows } from './rows/stage-keys.js';

describe('the contract, over HTTP', () => {
  allRows(overHttp);
  hangUpRows(overHttp);
});
