/** Where slotstorm comes from: it is not published under its name, and whoever is would be somebody else. */
const SOURCE = '"<git URL or folder of slotstorm>"';
const DEPENDENCIES = ['dependencies', 'devDependencies', 'optionalDependencies'] as const;

/**
 * The command that puts slotstorm into a project.
 * @param manifest text of its package.json, which is valid; undefined: there is none
 * @returns undefined: it is there already
 */
export function installCommand(manifest: string | undefined): string | undefined {
  const install = `npm install --save-dev ${SOURCE}`;
  // Without a package.json of its own, npm would install into a folder further up.
  if (manifest === undefined) return `npm init --yes && ${install}`;
  return bringsSlotstorm(manifest) ? undefined : install;
}

function bringsSlotstorm(manifest: string): boolean {
  const content = JSON.parse(manifest.replace(/^\uFEFF/, '')) as Readonly<Record<string, unknown>>;
  if (content['name'] === 'slotstorm') return true;
  return DEPENDENCIES.some((kind) => {
    const own = content[kind];
    return typeof own === 'object' && own !== null && Object.hasOwn(own, 'slotstorm');
  });
}
