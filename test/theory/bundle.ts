import { bundled } from '../helpers/bundled.js';

type Theory = typeof import('./document/document.js');

/** The sections of docs/validation.md. */
export async function bundledSections(): Promise<ReturnType<Theory['documentSections']>> {
  return (await bundled<Theory>('test/theory/document/document.ts')).documentSections();
}
