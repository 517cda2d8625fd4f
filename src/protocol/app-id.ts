/** Which app a call is for: `[namespace/]owner/alias[/path]`. Only two namespaces exist. */
export interface AppId {
  readonly namespace: '' | 'workflows' | 'comfy';
  readonly owner: string;
  readonly alias: string;
  /** Below the app, without slashes at its ends; '' for none. Status, result and cancel paths drop it. */
  readonly path: string;
}

/** `[namespace/]owner/alias`: what status, result and cancel paths begin with. */
export function appName({ namespace, owner, alias }: AppId): string {
  return namespace === '' ? `${owner}/${alias}` : `${namespace}/${owner}/${alias}`;
}

/** The whole id, path and all: what scenarios name an endpoint by. */
export function endpointId(app: AppId): string {
  return app.path === '' ? appName(app) : `${appName(app)}/${app.path}`;
}

/** Longer ids are nobody's. Characters. */
export const LONGEST_APP_ID = 300;

const LEGACY_ID = /^(\d+)-([A-Za-z0-9-]+)$/;
/** Letters that need no escape in a URL, in JSON or in a header, so that an id can be written into all three as it is. */
const ID = /^[A-Za-z0-9._~-]+(?:\/[A-Za-z0-9._~-]+)+$/;
const DOTS = /(?:^|\/)\.{1,2}(?:\/|$)/;

/**
 * Reads an id as clients write it; `12345-my-app` is the old way to write `12345/my-app`.
 * @returns undefined for what is no id
 */
export function parseAppId(id: string): AppId | undefined {
  if (id.length > LONGEST_APP_ID) return undefined;
  const legacy = LEGACY_ID.exec(id);
  if (legacy !== null) return { namespace: '', owner: legacy[1] as string, alias: legacy[2] as string, path: '' };
  if (!ID.test(id) || DOTS.test(id)) return undefined;
  const [first = '', ...rest] = id.split('/');
  return first === 'workflows' || first === 'comfy' ? fromParts(first, rest) : fromParts('', [first, ...rest]);
}

function fromParts(namespace: AppId['namespace'], [owner, alias, ...path]: readonly string[]): AppId | undefined {
  // `requests` stands where a request is addressed, so no app can be called that.
  if (owner === undefined || alias === undefined || alias === 'requests') return undefined;
  return { namespace, owner, alias, path: path.join('/') };
}
