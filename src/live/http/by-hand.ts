import type { FastifySchema } from 'fastify';

interface ByHand {
  readonly schema: FastifySchema;
  readonly validatorCompiler: () => () => true;
}

/** Routes whose schema is for the document only: they read their few parameters by hand, which costs less than a validator. */
export function byHand(schema: FastifySchema): ByHand {
  return { schema, validatorCompiler: () => accept };
}

function accept(): true {
  return true;
}

/** Another spelling of a route that the document has already. */
export const HIDDEN: FastifySchema = { hide: true };
