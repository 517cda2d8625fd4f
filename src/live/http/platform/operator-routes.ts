import { z } from 'zod';
import { describeStep } from '../../../scenario/describe-step.js';
import type { PlatformView } from '../../world/live-world.js';
import { invalid, notFound } from './errors.js';
import { readLiveStep } from './live-step.js';
import { operation } from './operation.js';
import { type PlatformRoutes, type PlatformTools, timestamp } from './tools.js';

const OWN = 'An operation of slotstorm’s: fal has no such operation. Needs the operator’s key.';
const MOST_SLOTS = 1_000_000;
const MOST_STEPS = 100_000;
/** Steps that wait for their time. */
const MOST_PLANNED = 1_000;

const accountParams = z.object({ account: z.string().min(1).max(200) });
const stepBody = z.looseObject({
  number: z
    .int()
    .min(1)
    .max(MOST_STEPS)
    .optional()
    .describe('Instead of all others: a step of the scenario itself, from 1. For runs that leave their steps to others.'),
  do: z.string().max(40).optional().describe('As in `steps` of a scenario file: revoke-key, crash-runner, cut, lose-store, …'),
  at: z.string().max(40).optional().describe('How long from now. Now, if left out.'),
});
const limitBody = z.object({
  limit: z.int().min(1).max(MOST_SLOTS),
  endpoint: z.string().min(1).max(300).optional().describe('A limit on this endpoint only, on top of the account’s.'),
});
const lockBody = z.object({ reason: z.string().min(1).max(500).nullable().describe('`null` unlocks.') });

const stepSchema = z.object({ performed: z.boolean().describe('false: it will be, when its time has come.'), step: z.string(), at: z.string() });
const limitSchema = z.object({ account: z.string(), limit: z.int() });
const lockSchema = z.object({ account: z.string(), locked_because: z.string().nullable() });
const incidentSchema = z.object({ at: z.string(), until: z.string().nullable(), text: z.string() });
const platformSchema = z.object({
  scenario: z.string(),
  policy: z.string(),
  speed: z.number(),
  started_at: z.string(),
  queued: z.int(),
  in_use: z.int(),
  ghosts: z.int(),
  incidents: z.array(incidentSchema),
  accounts: z.array(z.string()),
  endpoints: z.array(
    z.object({ endpoint_id: z.string(), queued: z.int(), in_progress: z.int(), completed: z.int(), failed: z.int(), most_runners: z.int().nullable() }),
  ),
});

/** For whoever runs the emulator: look at all of it, and break it on purpose. */
export const operatorRoutes: PlatformRoutes = (app, tools) => {
  const { world } = tools;
  let planned = 0;

  app.get('/v1/slotstorm/platform', { schema: PLATFORM }, (request) => {
    tools.authorise(request, 'OPERATOR');
    return wirePlatform(world.platform(), tools);
  });

  app.post('/v1/slotstorm/steps', { schema: STEP }, (request, reply) => {
    tools.authorise(request, 'OPERATOR');
    const { number } = request.body as z.output<typeof stepBody>;
    if (number !== undefined) return performScripted(number, tools);
    const { spec, delayUs } = readLiveStep(request.body, world);
    const at = timestamp(tools, world.clock.nowUs() + delayUs);
    if (delayUs > 0) {
      if (planned >= MOST_PLANNED) throw invalid(`expected at most ${MOST_PLANNED} steps that wait for their time`);
      planned++;
      world.clock.after(delayUs, () => {
        planned--;
        world.perform(spec);
      });
      return reply.code(202).send({ performed: false, step: describeStep(spec), at });
    }
    world.perform(spec);
    return { performed: true, step: describeStep(spec), at };
  });

  app.put('/v1/slotstorm/accounts/:account/limit', { schema: LIMIT }, (request) => {
    tools.authorise(request, 'OPERATOR');
    const account = knownAccount(request.params as z.output<typeof accountParams>, tools);
    const { limit, endpoint } = request.body as z.output<typeof limitBody>;
    if (endpoint !== undefined && !world.endpoints().some((one) => one.endpoint === endpoint)) throw notFound('endpoint');
    world.setLimit(account, limit, endpoint);
    return { account, limit };
  });

  app.put('/v1/slotstorm/accounts/:account/lock', { schema: LOCK }, (request) => {
    tools.authorise(request, 'OPERATOR');
    const account = knownAccount(request.params as z.output<typeof accountParams>, tools);
    const { reason } = request.body as z.output<typeof lockBody>;
    world.lock(account, reason ?? undefined);
    return { account, locked_because: reason };
  });
};

function performScripted(number: number, tools: PlatformTools): z.output<typeof stepSchema> {
  const { world } = tools;
  const step = world.performScripted(number);
  if (step === undefined)
    throw invalid(
      `number: expected a step of the scenario that is still to be performed, got ${number}. Outside a run (slotstorm run --live) the scenario performs its steps itself`,
    );
  return { performed: true, step: describeStep(step), at: timestamp(tools, world.clock.nowUs()) };
}

const PLATFORM = operation({ summary: 'The whole platform', description: OWN, tag: 'Operator', success: [200, platformSchema], refusals: [403] });

const STEP_DONE = operation({
  summary: 'Do what a step of a scenario file does',
  description: `${OWN} The same words, the same checks and the same effect as under \`steps\` of a scenario; only \`burst\` is refused, for it is load.`,
  tag: 'Operator',
  body: stepBody,
  success: [200, stepSchema],
  refusals: [403],
});
const { 200: DONE, ...OTHERS } = STEP_DONE['response'] as Record<number, object>;
const STEP = { ...STEP_DONE, response: { 200: DONE, 202: { ...DONE, description: 'It will be done when its time has come.' }, ...OTHERS } };

const LIMIT = operation({
  summary: 'Set an account’s limit',
  description: OWN,
  tag: 'Operator',
  params: accountParams,
  body: limitBody,
  success: [200, limitSchema],
  refusals: [403, 404],
});

const LOCK = operation({
  summary: 'Lock or unlock an account',
  description: `${OWN} A locked account’s submits and calls get fal’s 403; status still answers.`,
  tag: 'Operator',
  params: accountParams,
  body: lockBody,
  success: [200, lockSchema],
  refusals: [403, 404],
});

function knownAccount({ account }: z.output<typeof accountParams>, { world }: PlatformTools): string {
  if (!world.accounts().includes(account)) throw notFound('account');
  return account;
}

function wirePlatform(view: PlatformView, tools: PlatformTools): z.output<typeof platformSchema> {
  const { world } = tools;
  return {
    scenario: view.scenario,
    policy: view.policy,
    speed: view.speed,
    started_at: timestamp(tools, view.startedUs),
    queued: view.queued,
    in_use: view.inUse,
    ghosts: view.ghosts,
    incidents: view.incidents.map(({ atUs, untilUs, text }) => ({
      at: timestamp(tools, atUs),
      until: untilUs === undefined ? null : timestamp(tools, untilUs),
      text,
    })),
    accounts: [...world.accounts()],
    endpoints: world.endpoints().map(({ endpoint, queued, inProgress, completed, failed, mostRunners }) => ({
      endpoint_id: endpoint,
      queued,
      in_progress: inProgress,
      completed,
      failed,
      most_runners: Number.isFinite(mostRunners) ? mostRunners : null,
    })),
  };
}
