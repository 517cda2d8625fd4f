import { z } from 'zod';
import { type JsonSchema, jsonSchema, WITH_KEY } from '../http/schemas.js';
import { PICTURE_SIDE } from '../models/media/names.js';

const Side = z.int().min(PICTURE_SIDE.least).max(PICTURE_SIDE.most);

export const Generation = z.object({
  model: z.string().min(1).max(100).describe('One of the catalogue that makes images; `-slow` and `-failing` may follow its name'),
  prompt: z.string().min(1).max(32_000),
  width: Side.default(1024),
  height: Side.default(1024),
  n: z.int().min(1).max(4).default(1).describe('How many images'),
  seed: z.int().optional(),
});
export type Generation = z.infer<typeof Generation>;

export const Generated = z.object({
  id: z.string().describe('The request'),
  created: z.int().describe('Unix seconds'),
  model: z.string(),
  image_url: z.string().describe('As the advertisement’s Python example reads it'),
  imageUrl: z.string().describe('As its JavaScript example reads it'),
  data: z.array(z.object({ url: z.string() })),
  seed: z.number(),
  cost_usd: z.number(),
});
export type Generated = z.infer<typeof Generated>;

export const ModelList = z.object({
  object: z.literal('list'),
  note: z.string(),
  data: z.array(
    z.object({
      id: z.string(),
      object: z.literal('model'),
      kind: z.enum(['image', 'video', 'audio', 'chat']),
      callable: z.boolean(),
      illustrative: z.boolean(),
    }),
  ),
});
export type ModelList = z.infer<typeof ModelList>;

export const Pricing = z.object({ currency: z.literal('USD'), image: z.object({ price: z.number(), per: z.literal('image'), source: z.string() }) });
export type Pricing = z.infer<typeof Pricing>;

const Slot = z.object({
  id: z.string(),
  request_id: z.string(),
  endpoint: z.string(),
  key_id: z.string(),
  key_revoked: z.boolean(),
  since: z.string().describe('ISO 8601'),
  age_seconds: z.number(),
  reason: z.enum(['working', 'booting', 'stopping', 'ghost']),
  explanation: z.string(),
});
export type Slot = z.infer<typeof Slot>;

export const SlotList = z.object({
  object: z.literal('list'),
  can_release: z.boolean().describe('Whether the policy of the run lets accounts give ghost slots back'),
  data: z.array(Slot),
});
export type SlotList = z.infer<typeof SlotList>;

export const Freed = z.object({
  released: z.int().min(0).describe('Ghost slots that were given back'),
  cancelling: z.int().min(0).describe('Slots whose work was told to stop; they come back when it has'),
  kept: z.int().min(0).describe('Ghost slots that the policy does not let accounts release'),
});
export type Freed = z.infer<typeof Freed>;

const Refused = z.object({
  error: z.object({ message: z.string(), type: z.string(), code: z.string(), param: z.string().nullable() }),
});

const MEANING: Readonly<Record<number, string>> = {
  400: 'The request is not as described',
  401: 'No key, or one that is not accepted',
  403: 'The account is locked, or the key may not do this',
  404: 'There is no such thing',
  413: 'Too much',
  415: 'Not JSON',
  422: 'The model refuses the input',
  429: 'A limit is met',
  499: 'Cancelled',
  500: 'The model failed',
  502: 'The runner broke off',
  503: 'No runner, or the runner is lost',
  504: 'Too late',
};

/** What a call of a model may end with. */
export const CALL_REFUSALS = [400, 401, 403, 404, 413, 415, 422, 429, 499, 500, 502, 503, 504] as const;

interface Route {
  readonly summary: string;
  readonly body?: z.ZodType;
  readonly idOf?: string;
  readonly answers: Readonly<Record<number, z.ZodType>>;
  readonly refusals: readonly number[];
}

const ABOUT = 'Modelled from an advertisement of NexaAPI, not from the product: see docs/emulated-models.md.';

/** @returns the schema of a fastify route */
export function nexaSchema({ summary, body, idOf, answers, refusals }: Route) {
  const refused = jsonSchema(Refused, 'output');
  const response: Record<number, JsonSchema> = {};
  for (const [status, schema] of Object.entries(answers)) response[Number(status)] = { ...jsonSchema(schema, 'output'), description: 'Done' };
  for (const status of refusals) response[status] = { ...refused, description: MEANING[status] ?? 'An error' };
  return {
    tags: ['nexa'],
    summary,
    description: ABOUT,
    security: WITH_KEY,
    ...(body && { body: jsonSchema(body) }),
    ...(idOf !== undefined && { params: jsonSchema(z.object({ id: z.string().describe(`Id of the ${idOf}`) })) }),
    response,
  };
}
