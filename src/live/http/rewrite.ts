import type { IncomingMessage } from 'node:http';
import { type AppId, appName, parseAppId } from '../../protocol/app-id.js';
import { unknownApp } from '../../protocol/problem.js';
import { canonicalUrl } from '../../protocol/target.js';
import { WireError } from './wire-error.js';

/** The path that a call is routed by: see `canonicalUrl`. */
export function rewriteUrl(request: Pick<IncomingMessage, 'url' | 'headers'>): string {
  const { host, 'x-fal-target-url': target } = request.headers;
  return canonicalUrl(request.url ?? '/', host, typeof target === 'string' ? target : undefined);
}

/** `owner/alias/path` of `/queue/owner/alias/path?…`: what stands below the prefix. */
export function appPathOf(url: string): string {
  const start = url.indexOf('/', 1) + 1;
  const question = url.indexOf('?');
  return question === -1 ? url.slice(start) : url.slice(start, question);
}

const MOST_KEPT = 4096;

/** An app as its path in the URL names it, with the words that answers need. */
export interface CalledApp {
  readonly app: AppId;
  /** `[namespace/]owner/alias`. */
  readonly name: string;
}

/** Reads app ids out of paths, each once: a server is asked about the same few again and again. */
export class AppPaths {
  readonly #known = new Map<string, CalledApp>();

  /** @param id `owner/alias/path`, as the URL has it @throws WireError 404 where that is no id */
  read(id: string): CalledApp {
    return this.#known.get(id) ?? this.#learn(id);
  }

  #learn(id: string): CalledApp {
    const app = parseAppId(id);
    if (app === undefined) throw WireError.of(unknownApp(id.slice(0, 100)));
    if (this.#known.size >= MOST_KEPT) this.#known.clear();
    const called = { app, name: appName(app) };
    this.#known.set(id, called);
    return called;
  }
}
