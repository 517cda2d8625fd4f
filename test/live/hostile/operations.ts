/** A JSON schema, as far as samples of it are drawn. */
interface Schema {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly minimum?: number;
}

interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly schema: Schema;
}

interface Described {
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema?: Schema }>> };
  readonly responses: Readonly<Record<string, unknown>>;
}

export interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Described>>>>;
}

/** One operation of the document, with a request that it would take. */
export interface Operation {
  readonly method: string;
  readonly path: string;
  /** The path with the values given for its parameters. */
  target(values: Readonly<Record<string, string>>): string;
  readonly query: readonly string[];
  readonly headers: readonly string[];
  /** Without parameters; undefined: it takes no body. */
  readonly contentType: string | undefined;
  /** What its body could be. */
  readonly sample: unknown;
}

/** The document does not list them: the same as others in a hidden spelling, or streams without end. */
const UNLISTED: readonly (readonly [string, string])[] = [
  ['POST', '/queue/{owner}/{alias}/{path}'],
  ['GET', '/queue/{namespace}/{owner}/{alias}/requests/{id}/status'],
  ['POST', '/run/{owner}/{alias}/{path}'],
  ['GET', '/run/{owner}/{alias}/realtime'],
  ['GET', '/status/events'],
  ['GET', '/concurrency/events'],
  ['GET', '/openapi.json'],
  ['POST', '/fal/proxy'],
  ['GET', '/'],
];

export function operationsOf(document: OpenApi): Operation[] {
  const described = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => readOperation(method.toUpperCase(), path, operation)),
  );
  return [...described, ...UNLISTED.map(([method, path]) => readOperation(method, path, { responses: {} }))];
}

function readOperation(method: string, path: string, { parameters = [], requestBody }: Described): Operation {
  const [contentType, body] = Object.entries(requestBody?.content ?? {})[0] ?? [];
  const namesIn = (place: Parameter['in']): string[] => parameters.filter((one) => one.in === place).map(({ name }) => name);
  const takesBody = method === 'POST' || method === 'PUT';
  return {
    method,
    path,
    target: (values) => path.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? 'anything'),
    query: namesIn('query'),
    headers: namesIn('header'),
    contentType: contentType ?? (takesBody ? 'application/json' : undefined),
    sample: body?.schema === undefined ? { prompt: 'a cat' } : sampleOf(body.schema),
  };
}

function sampleOf(schema: Schema): unknown {
  if (schema.const !== undefined) return schema.const;
  if (schema.enum !== undefined) return schema.enum[0];
  if (schema.anyOf !== undefined) return sampleOf(schema.anyOf[0] as Schema);
  if (schema.properties !== undefined) return Object.fromEntries(Object.entries(schema.properties).map(([name, part]) => [name, sampleOf(part)]));
  const type = typeof schema.type === 'string' ? schema.type : schema.type?.[0];
  if (type === 'array') return schema.items === undefined ? [] : [sampleOf(schema.items)];
  if (type === 'integer' || type === 'number') return Math.max(1, schema.minimum ?? 1);
  if (type === 'boolean') return true;
  return type === 'string' ? 'text' : { prompt: 'a cat' };
}
