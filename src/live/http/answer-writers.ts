import { type FastifySchemaCompiler, type FastifySerializerCompiler, fastify } from 'fastify';

type Compiler = FastifySerializerCompiler<FastifySchemaCompiler<unknown>>;
type Writer = ReturnType<Compiler>;

/** By schema, as text: a few dozen stand at all routes of all servers of this process, and each takes milliseconds to compile. */
const writers = new Map<string, Writer>();
let compiler: Promise<Compiler> | undefined;

/** What Fastify writes answers with, compiled once a schema and not once a route and server. */
export async function sharedAnswerWriters(): Promise<Compiler> {
  compiler ??= fastifysOwn();
  const compile = await compiler;
  return (route) => {
    const key = JSON.stringify(route.schema);
    const writer = writers.get(key) ?? compile(route);
    writers.set(key, writer);
    return writer;
  };
}

/** It gives out its compiler once a route has needed it. */
async function fastifysOwn(): Promise<Compiler> {
  const app = fastify();
  app.get('/', { schema: { response: { 200: {} } } }, () => '');
  await app.ready();
  return app.serializerCompiler as Compiler;
}
