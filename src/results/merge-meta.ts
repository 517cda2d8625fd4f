import type { ResultMeta } from '../measure/result.js';

/** What is known of the machines that ran the shards, together. */
export function mergeMeta(metas: readonly ResultMeta[]): ResultMeta {
  const joined = (of: (meta: ResultMeta) => string | undefined): string => [...new Set(metas.flatMap((meta) => of(meta) ?? []))].join(', ');
  const cpu = joined((meta) => meta.cpu);
  const revision = revisionOf(metas);
  return {
    date: metas.map(({ date }) => date).reduce((first, date) => (date < first ? date : first)),
    host: joined(({ host }) => host),
    platform: joined(({ platform }) => platform),
    node: joined(({ node }) => node),
    durationMs: metas.reduce((sum, { durationMs }) => sum + durationMs, 0),
    ...(cpu === '' ? {} : { cpu }),
    ...(revision === undefined ? {} : { revision }),
    ...(metas.every(({ repeated }) => repeated === true) ? { repeated: true as const } : {}),
  };
}

/** Where shards ran at several commits, the whole has none. */
function revisionOf(metas: readonly ResultMeta[]): ResultMeta['revision'] {
  const [first] = metas;
  if (first?.revision === undefined || metas.some(({ revision }) => revision?.sha !== first.revision?.sha)) return undefined;
  return { sha: first.revision.sha, dirty: metas.some(({ revision }) => revision?.dirty === true) };
}
