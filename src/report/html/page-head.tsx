import { contentSecurityPolicy } from './embed.js';

interface PageHeadProps {
  readonly title: string;
  readonly version: string;
  readonly script: string;
  readonly style: string;
  /** Scripts that the page carries packed, and may run later. */
  readonly packed?: readonly string[] | undefined;
}

/** The head of a page that loads nothing: only scripts and the style with exactly these bytes may run. */
export function PageHead({ title, version, script, style, packed }: PageHeadProps) {
  return (
    <head>
      <meta charset="utf-8" />
      <meta http-equiv="Content-Security-Policy" content={contentSecurityPolicy(script, style, packed)} />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="color-scheme" content="light dark" />
      <meta name="generator" content={`slotstorm ${version}`} />
      <title>{title}</title>
      <link rel="icon" href="data:," />
      <style dangerouslySetInnerHTML={{ __html: style }} />
    </head>
  );
}
