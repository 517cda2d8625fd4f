import { test } from 'vitest';
import { play } from './scene.js';
const base = { name: 't', platform: { policy: 'fal-documented', accounts: [{ id: 'acme', limit: 1000 }], endpoints: [{ id: 'fal-ai/flux/dev', service: '1s' }] }, recovery: '1m' };
test('one call, two processes', async () => {
  await play({ ...base, workload: [{ as: 'acme', call: 'submit', arrivals: { burst: 1, at: '0s' } }] } as never, { processes: 2 }, ({ report }) => console.log(JSON.stringify(report)));
});
test.each(['burst', 'rate', 'poisson', 'stages'])('pacing %s', async (kind) => {
  const arrivals = kind === 'burst' ? { burst: 100, at: '1s' } : kind === 'rate' ? { rate: '50/s', to: '10s' } : kind==='stages' ? { startRate: '10/s', stages: [{ duration: '5s', target: '100/s' }, { duration: '5s', target: '10/s' }] } : { poisson: '50/s', to: '10s' };
  await play({ ...base, workload: [{ as: 'acme', call: 'subscribe', sdk: 'js', arrivals }] } as never, { speed: 1 }, ({ ear, report }) => {
    const { sendErrorMs, httpRequests, cpuMs, httpMs, planned, sent } = report.pacing;
    console.log(kind, JSON.stringify({ planned, sent, sendErrorMs, httpRequests, cpuMs, usPerRequest: (cpuMs! * 1000) / httpRequests!, httpMs, tool: report.tool, undecided: report.undecided, n: ear.records.length }));
  });
});
