import { autocannonComplaints } from '../../load/autocannon/complaints.js';
import type { DriverName, LoadDriver } from '../../load/driver.js';
import { engineDriver } from '../../load/engine/driver.js';
import { k6Driver } from '../../load/k6/k6-driver.js';
import { processDriver } from '../../load/process/process-driver.js';
import { sdkComplaints } from '../../load/sdk/complaints.js';
import type { Outside } from '../outside.js';
import { shipped } from '../shipped.js';
import { tracesBeside } from '../trace-files.js';
import type { LiveArguments } from './options.js';

/** What sends the load. */
export function makeDriver(name: DriverName, { k6Bin }: Pick<LiveArguments, 'k6Bin'>, { loadScript, env, files }: Outside): LoadDriver {
  switch (name) {
    case 'engine':
      return engineDriver(loadScript);
    case 'autocannon':
      return processDriver('autocannon', autocannonComplaints, loadScript);
    case 'fal-client':
      return processDriver('fal-client', sdkComplaints, loadScript);
    case 'k6':
      return k6Driver({ k6Bin, env, manual: shipped('docs/k6.md', files), tracesOf: (file) => tracesBeside(file, files) });
  }
}
