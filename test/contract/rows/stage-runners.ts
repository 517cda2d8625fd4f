import { describe, expect, it, test } from 'vitest';
import { ModelError, type ModelErrorTerms } from '../../../src/live/models/model-error.js';
import { ENDPOINT, type OpenStage, onStage, perform, platformWith, type StageOptions } from '../stage.js';
import { WebhookReceiver } from '../webhook-receiver.js';

const OWN = 'acme/own-app';
const FOREIGN = 'acme-models/broken';
const NO_RETRIES = '{"server_error":{"retries":0},"timeout":{"retries":0},"connection_error":{"retries":0}}';

/** Rows of server retries and runners. */
export function stageRunnerRows(open: OpenStage): void {
  describe('server retries', () => {
    it('#29 a start timeout of 30 s goes on while a request is tried again: lost at 20 s, it has 10 s left', () =>
      onStage(
        open,
        { speed: 10, platform: platformWith({ endpoints: [{ id: ENDPOINT, service: '60s', runners: { min: 1, max: 1, coldStart: '60s' } }] }) },
        async (stage, client) => {
          const id = await client.submitted(undefined, { headers: { 'x-fal-request-start-timeout': '30' } });
          await client.reach('IN_PROGRESS', [id]);
          await stage.wait(20);
          await perform(stage, { do: 'crash-runner', endpoint: ENDPOINT });
          expect(await client.state(id)).toBe('IN_QUEUE');
          await client.reach('COMPLETED', [id], undefined, 60);
          expect((await client.result(id)).status).toBe(504);
          expect((await client.record(id))['duration']).toBeCloseTo(30, 6);
        },
      ));

    it('#31 a runner that answers 503 is ended: back to the queue without a slot, then another runner', () =>
      onStage(open, { platform: pairOfRunners(`${FOREIGN}-failing-503`) }, async (stage, client) => {
        const id = await client.submitted();
        await client.reach('IN_PROGRESS', [id]);
        const first = (await client.record(id))['runner_id'];
        await stage.until('the queue', async () => (await client.state(id)) === 'IN_QUEUE', 60);
        expect(await client.slots()).toEqual([]);
        await client.reach('IN_PROGRESS', [id]);
        expect((await client.record(id))['runner_id']).not.toBe(first);
      }));

    test.each([
      ['#31', 503, 10],
      ['#32', 500, 1],
      ['#32', 502, 1],
      ['#32', 404, 1],
      ['#32', 504, 10],
    ])('%s a queue request whose runner always answers %i is tried %i times in all', (_row, status, attempts) => {
      const models = new FailingModels(status);
      return onStage(open, models.options, async (_stage, client) => {
        const id = await client.submitted(FOREIGN);
        await client.reach('COMPLETED', [id], FOREIGN);
        expect(models.attempts(FOREIGN)).toBe(attempts);
        expect((await client.status(id, '', FOREIGN)).body).toMatchObject({ status: 'COMPLETED', error: expect.any(String) });
        expect(await client.slots()).toEqual([]);
      });
    });

    test.each([
      [500, true, 10],
      [429, true, 10],
      [503, false, 1],
      [504, false, 1],
      [422, true, 1],
    ])(
      '#34 an app that answers %i and says of another try %j is tried %i times: its word goes before its status on 5xx and 429 only',
      (status, retry, attempts) => {
        const models = new FailingModels(status, { retry });
        return onStage(open, models.options, async (_stage, client) => {
          const id = await client.submitted(FOREIGN);
          await client.reach('COMPLETED', [id], FOREIGN);
          expect(models.attempts(FOREIGN)).toBe(attempts);
          const result = await client.result(id, FOREIGN);
          expect(result.status).toBe(status);
          expect(result.header('x-fal-needs-retry')).toBe(status === 422 ? undefined : retry ? '1' : '0');
        });
      },
    );

    it('#32 a runner that answers 504 goes on: the next attempt is on the same one', () =>
      onStage(open, { platform: platformWith({ endpoints: [{ id: `${FOREIGN}-failing-504`, service: '20s' }] }) }, async (stage, client) => {
        const id = await client.submitted();
        await client.reach('IN_PROGRESS', [id]);
        const first = (await client.record(id))['runner_id'];
        await stage.until('the queue', async () => (await client.state(id)) === 'IN_QUEUE', 60);
        await client.reach('IN_PROGRESS', [id]);
        expect((await client.record(id))['runner_id']).toBe(first);
      }));

    test.each([
      ['#33 X-Fal-No-Retry beats X-Fal-Retry-Config: one attempt', OWN, { 'x-fal-no-retry': 'yes', 'x-fal-retry-config': '{"server_error":{"retries":5}}' }, 1],
      ['#33 X-Fal-No-Retry counts for whoever sends it', FOREIGN, { 'x-fal-no-retry': '1' }, 1],
      ['#71 X-Fal-Retry-Config of the app’s owner is honoured', OWN, { 'x-fal-retry-config': NO_RETRIES }, 1],
      ['#71 of anybody else it is ignored', FOREIGN, { 'x-fal-retry-config': NO_RETRIES }, 10],
      ['#71 and so is one that is no JSON', OWN, { 'x-fal-retry-config': '{"server_error":{"retries":0}' }, 10],
    ])('%s', (_title, endpoint, headers, attempts) => {
      const models = new FailingModels(503);
      return onStage(open, models.options, async (_stage, client) => {
        const id = await client.submitted(endpoint, { headers });
        await client.reach('COMPLETED', [id], endpoint);
        expect(models.attempts(endpoint)).toBe(attempts);
      });
    });
  });

  describe('runners', () => {
    it('#35 a runner that crashes amid a queue request: it is retried elsewhere and completes', () =>
      onStage(open, { platform: pairOfRunners(ENDPOINT) }, async (stage, client) => {
        const id = await client.submitted();
        await client.reach('IN_PROGRESS', [id]);
        const first = (await client.record(id))['runner_id'];
        await perform(stage, { do: 'crash-runner', endpoint: ENDPOINT });
        expect(await client.state(id)).toBe('IN_QUEUE');
        await client.reach('COMPLETED', [id]);
        const result = await client.result(id);
        expect(result.status).toBe(200);
        expect(result.header('x-fal-served-from')).not.toBe(first);
      }));

    it('#35 amid a direct call: 503 runner_disconnected at once', () =>
      onStage(open, {}, async (stage, client) => {
        const call = client.run();
        await stage.until('its start', async () => (await client.slots()).length === 1, 5);
        await perform(stage, { do: 'crash-runner', endpoint: ENDPOINT });
        const reply = await call;
        expect(reply.status).toBe(503);
        expect(reply.body).toMatchObject({ error_type: 'runner_disconnected' });
        expect(reply.header('x-fal-needs-retry')).toBe('1');
        expect(await client.slots()).toEqual([]);
      }));

    test.each([
      [{}, 10],
      [{ 'x-fal-no-retry': '1' }, 1],
    ])('#36 work beyond the request timeout of its app ends in 504, with headers %j after %i attempts', (headers, attempts) => {
      const begun: number[] = [];
      const handlers = {
        [FOREIGN]: ({ attempt, signal }: { readonly attempt: number; readonly signal: AbortSignal }) => {
          begun.push(attempt);
          return new Promise<null>((resolve) => signal.addEventListener('abort', () => resolve(null), { once: true }));
        },
      };
      const platform = platformWith({ endpoints: [{ id: FOREIGN, service: '1s', requestTimeout: '5s' }] });
      return onStage(open, { platform, handlers, speed: 200 }, async (_stage, client) => {
        const id = await client.submitted(FOREIGN, { headers });
        await client.reach('COMPLETED', [id], FOREIGN);
        expect(begun).toEqual(Array.from({ length: attempts }, (_, n) => n + 1));
        expect((await client.result(id, FOREIGN)).body).toMatchObject({ error_type: 'request_timeout' });
        expect((await client.result(id, FOREIGN)).status).toBe(504);
        expect(await client.slots()).toEqual([]);
      });
    });

    it('#36 a direct call beyond it is a 504 at once', () =>
      onStage(open, { platform: platformWith({ endpoints: [{ id: ENDPOINT, service: '20s', requestTimeout: '5s' }] }) }, async (stage, client) => {
        const reply = await stage.during(client.run());
        expect(reply.status).toBe(504);
        expect(reply.body).toMatchObject({ error_type: 'request_timeout' });
        expect(reply.header('x-fal-request-timeout-type')).toBeUndefined();
      }));

    it('#44 the webhook of a request that was retried tells the id of its last attempt beside its own', async () => {
      const receiver = await WebhookReceiver.open();
      try {
        await onStage(open, {}, async (stage, client) => {
          const id = await client.submitted(undefined, {}, `?fal_webhook=${encodeURIComponent(receiver.url)}`);
          await client.reach('IN_PROGRESS', [id]);
          await perform(stage, { do: 'crash-runner', endpoint: ENDPOINT });
          await client.reach('COMPLETED', [id]);
          await stage.until('its webhook', () => receiver.deliveries.length === 1, 600);
          const { body } = receiver.deliveries[0] as (typeof receiver.deliveries)[0];
          expect(body['request_id']).toBe(id);
          expect(body['gateway_request_id']).toMatch(/./);
          expect(body['gateway_request_id']).not.toBe(id);
        });
      } finally {
        receiver.close();
      }
    });

    it('#47 a runner with a multiplexing of 4 serves 4 at once, and the fifth waits', () => {
      const platform = platformWith({
        accounts: [{ id: 'acme', limit: 10, keys: ['one'] }],
        endpoints: [{ id: ENDPOINT, service: '20s', runners: { max: 1, multiplexing: 4 } }],
      });
      return onStage(open, { platform }, async (_stage, client) => {
        const ids = await client.submitMany(5);
        await client.reach('IN_PROGRESS', ids.slice(0, 4), undefined, 5);
        expect(await client.state(ids[4] as string)).toBe('IN_QUEUE');
        const runners = await Promise.all(ids.slice(0, 4).map(async (id) => (await client.record(id))['runner_id']));
        expect(new Set(runners).size).toBe(1);
      });
    });

    it('#73 of idle runners a hint finds the one that served it', () => {
      const platform = platformWith({ endpoints: [{ id: ENDPOINT, service: '20s', runners: { min: 2, max: 2 } }] });
      return onStage(open, { platform }, async (_stage, client) => {
        const hinted = (hint: string): Promise<string> => client.submitted(undefined, { headers: { 'x-fal-runner-hint': hint } });
        const runnerOf = async (id: string): Promise<unknown> => (await client.record(id))['runner_id'];
        const first = [await hinted('left'), await hinted('right')];
        await client.reach('COMPLETED', first);
        const [left, right] = await Promise.all(first.map(runnerOf));
        expect(left).not.toBe(right);
        for (const [hint, runner] of [
          ['left', left],
          ['left', left],
          ['right', right],
          ['right', right],
          ['left', left],
        ] as const) {
          const id = await hinted(hint);
          await client.reach('COMPLETED', [id]);
          expect(await runnerOf(id), hint).toBe(runner);
        }
      });
    });
  });
}

/** Two runners that are always there. What takes the place of a lost one needs longer than the next attempt waits. */
function pairOfRunners(id: string): ReturnType<typeof platformWith> {
  return platformWith({ endpoints: [{ id, service: '20s', runners: { min: 2, max: 2, coldStart: '5m' } }] });
}

/** An own app and somebody else's, both of which answer nothing but this status, and count how often they are asked. */
class FailingModels {
  private readonly asked = new Map<string, number>();

  constructor(
    private readonly status: number,
    private readonly terms: ModelErrorTerms = {},
  ) {}

  get options(): StageOptions {
    const platform = platformWith({
      endpoints: [
        { id: OWN, owner: 'acme', service: '1s' },
        { id: FOREIGN, service: '1s' },
      ],
    });
    return { speed: 400, platform, handlers: { [OWN]: this.fail, [FOREIGN]: this.fail } };
  }

  attempts(endpoint: string): number {
    return this.asked.get(endpoint) ?? 0;
  }

  private readonly fail = ({ endpoint }: { readonly endpoint: string }): never => {
    this.asked.set(endpoint, this.attempts(endpoint) + 1);
    throw new ModelError(this.status, 'as the test wants it', this.terms);
  };
}
