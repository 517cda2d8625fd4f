import type { Json } from '../json.js';
import { internalFailure } from './endings.js';
import type { HandlerContext, HandlerModel } from './model.js';
import { ModelError } from './model-error.js';

/** A model of one's own. Gives its output, or throws a `ModelError`; anything else that it throws is a 500. */
export type Handler = (context: HandlerContext) => Json | Promise<Json>;

/**
 * Handlers by endpoint id. `*` stands for any characters, slashes too. A name without it goes before those with it; of
 * those the first that fits counts.
 */
export type Handlers = Readonly<Record<string, Handler>>;

const NAME = /^[A-Za-z0-9._~*-]+(?:\/[A-Za-z0-9._~*-]+)*$/;
const LONGEST_NAME = 200;
const LONGEST_REASON = 400;

/** For a module of handlers: `export default defineHandlers({ 'acme/my-app': ({ input }) => … })`. */
export function defineHandlers<H extends Handlers>(handlers: H): H {
  return handlers;
}

/**
 * Checks what a module of handlers exports as its default.
 * @param file for messages
 * @throws TypeError that says what was expected and what came
 */
export function loadHandlers(exported: unknown, file: string): Handlers {
  if (typeof exported !== 'object' || exported === null || Array.isArray(exported)) {
    throw new TypeError(
      `${file}: expected the default export to be an object of handlers by endpoint id, as defineHandlers({...}) makes it, got ${kindOf(exported)}`,
    );
  }
  for (const [name, handler] of Object.entries(exported)) checkHandler(file, name, handler);
  return exported as Handlers;
}

function checkHandler(file: string, name: string, handler: unknown): void {
  const quoted = JSON.stringify(name.slice(0, LONGEST_NAME));
  if (name.length > LONGEST_NAME || !(name === '*' || NAME.test(name))) {
    throw new TypeError(`${file}: expected an endpoint id such as "acme/my-app" or a pattern such as "acme/*", got ${quoted}`);
  }
  if (typeof handler !== 'function')
    throw new TypeError(`${file}: expected the handler of ${quoted} to be a function (context) => output, got ${kindOf(handler)}`);
}

/** For logs: what was thrown, with its name. */
function thrownText(error: unknown): string {
  return (error instanceof Error ? `${error.name}: ${error.message}` : String(error)).slice(0, LONGEST_REASON);
}

function kindOf(value: unknown): string {
  if (value === undefined) return 'none';
  if (value === null) return 'null';
  return Array.isArray(value) ? 'an array' : typeof value;
}

/** A user's handler behind the contract: whatever it throws or gives, the caller gets an answer of JSON. */
export class OwnModel implements HandlerModel {
  readonly kind = 'handler';

  constructor(private readonly handler: Handler) {}

  async handle(context: HandlerContext): Promise<Json> {
    try {
      return plain(await this.handler(context));
    } catch (error) {
      const said = ModelError.read(error);
      if (said !== undefined) throw said;
      context.threw?.(`the handler of ${context.endpoint} threw ${thrownText(error)}`);
      context.log(`the handler of ${context.endpoint} threw ${thrownText(error)}`);
      const { status, body } = internalFailure();
      throw new ModelError(status, body);
    }
  }
}

/** Only what JSON can say, as a caller would read it. */
function plain(output: unknown): Json {
  const text = JSON.stringify(output);
  if (text === undefined) throw new TypeError(`expected an output that JSON can say, got ${kindOf(output)}`);
  return JSON.parse(text) as Json;
}

/** The handlers of a run, ready to be looked up. */
export class HandlerTable {
  private readonly exact = new Map<string, OwnModel>();
  private readonly patterns: { readonly pattern: NamePattern; readonly model: OwnModel }[] = [];

  constructor(handlers: Handlers) {
    for (const [name, handler] of Object.entries(handlers)) {
      const model = new OwnModel(handler);
      if (name.includes('*')) this.patterns.push({ pattern: new NamePattern(name), model });
      else this.exact.set(name, model);
    }
  }

  modelFor(endpoint: string): HandlerModel | undefined {
    return this.exact.get(endpoint) ?? this.patterns.find(({ pattern }) => pattern.fits(endpoint))?.model;
  }
}

/** `*` in a name. Walked by hand: a regular expression with many of them may take for ever. */
class NamePattern {
  private readonly pieces: readonly string[];

  constructor(pattern: string) {
    this.pieces = pattern.split('*');
  }

  fits(name: string): boolean {
    const first = this.pieces[0] as string;
    const last = this.pieces.at(-1) as string;
    if (!name.startsWith(first) || !name.endsWith(last) || name.length < first.length + last.length) return false;
    let at = first.length;
    for (const piece of this.pieces.slice(1, -1)) {
      const found = name.indexOf(piece, at);
      if (found === -1) return false;
      at = found + piece.length;
    }
    return at <= name.length - last.length;
  }
}
