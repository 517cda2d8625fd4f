import type { FastifyInstance, FastifyRequest, RouteOptions } from 'fastify';

type Properties = Readonly<Record<string, { readonly type?: unknown }>>;

const NUMBER = /^-?\d{1,15}(?:\.\d{1,15})?$/;

/**
 * Makes numbers of the query parameters that a route's schema calls numbers. A query is text, so somebody must; the
 * validator's own way of doing so would take `5` in a body for `"5"` too. Called before routes are added.
 */
export function readNumbersInQueries(app: FastifyInstance): void {
  app.addHook('onRoute', (route) => {
    const names = numbersOf(route);
    // Who has a validator of its own reads by hand.
    if (names.length === 0 || route.validatorCompiler !== undefined) return;
    const own = route.preValidation === undefined ? [] : [route.preValidation].flat();
    route.preValidation = [...own, (request: FastifyRequest, _reply: unknown, done: () => void) => readNumbers(request, names, done)];
  });
}

function numbersOf({ schema }: RouteOptions): readonly string[] {
  const { properties = {} } = (schema?.querystring ?? {}) as { readonly properties?: Properties };
  return Object.entries(properties).flatMap(([name, { type }]) => (type === 'integer' || type === 'number' ? [name] : []));
}

function readNumbers(request: FastifyRequest, names: readonly string[], done: () => void): void {
  const query = request.query as Record<string, unknown>;
  for (const name of names) {
    const text = query[name];
    if (typeof text === 'string' && NUMBER.test(text)) query[name] = Number(text);
  }
  done();
}
