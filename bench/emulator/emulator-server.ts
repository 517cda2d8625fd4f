import { startEmulator } from '../../src/live/emulator.js';
import { reportUsage } from './report-usage.js';

// emulator-server.js FOLDER: the emulator as users start it; FOLDER is empty for memory.
const folder = process.argv[2];

const emulator = await startEmulator({
  data: folder === '' ? undefined : folder,
  // As `slotstorm serve` does.
  logsRequests: false,
  scenario: {
    name: 'bench',
    platform: {
      policy: 'fal-documented',
      accounts: [
        { id: 'acme', limit: 1_000_000, keys: ['main'] },
        { id: 'small', limit: 2, keys: ['main'] },
      ],
      endpoints: [
        { id: 'acme/quick', service: '20ms' },
        { id: 'acme/slow', service: '10h' },
      ],
    },
  },
  credentials: { 'acme/main': 'main-key:secret-of-the-main-key', 'small/main': 'small-key:secret-of-the-small-key' },
});
reportUsage(emulator.url, emulator.credentials('acme/main'));
