import { expect, it } from 'vitest';
import { warmUp } from '../../../src/load/engine/warm-up.js';
import { json, ScriptedServer, Shot } from './scene.js';

it('a load that is prepared has warmed up, once a process, and has not spoken to its target', async () => {
  const server = await ScriptedServer.start((_heard, response) => json(response, 200, {}));
  const first = warmUp();
  expect(warmUp()).toBe(first);
  const shot = await Shot.prepare({
    workload: [{ as: 'acme/old', endpoint: 'fal-ai/flux/dev', call: 'run', arrivals: { burst: 1, at: '0s' } }],
    target: server.target,
  });
  await first;
  expect(server.heard).toEqual([]);
  expect(shot.notes.records).toEqual([]);
  shot.shooter.stop();
  expect((await shot.end()).report.tally).toMatchObject({ planned: 0, sent: 0, httpRequests: 0 });
});

it('a burst at the beginning finds its connections open: as many as it has calls, and nothing was sent on them before', async () => {
  const server = await ScriptedServer.start((_heard, response) => json(response, 200, {}));
  const shot = await Shot.prepare({
    workload: [{ as: 'acme/old', endpoint: 'fal-ai/flux/dev', call: 'run', arrivals: { burst: 30, at: '0s' } }],
    target: server.target,
  });
  // The server takes them in its own time.
  while (server.connectionsEver < 30) await new Promise((done) => setImmediate(done));
  expect(server.heard).toEqual([]);
  shot.start();
  const { records } = await shot.end();
  expect(records).toHaveLength(30);
  expect(server.connectionsEver).toBe(30);
});
