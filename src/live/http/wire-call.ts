import type { FastifyRequest } from 'fastify';

/** What is looked at of a call, whoever read it from the connection. */
export type WireCall = Pick<FastifyRequest, 'method' | 'url' | 'headers' | 'query' | 'body' | 'raw' | 'protocol'>;
