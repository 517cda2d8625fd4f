import { contentSecurityPolicy } from './embed.js';

/** The head of a page that loads nothing: only the script and the style with exactly these bytes may run. */
export function PageHead({ title, version, script, style }: { title: string; version: string; script: string; style: string }) {
  return (
    <head>
      <meta charset="utf-8" />
      <meta http-equiv="Content-Security-Policy" content={contentSecurityPolicy(script, style)} />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="color-scheme" content="light dark" />
      <meta name="generator" content={`slotstorm ${version}`} />
      <title>{title}</title>
      <link rel="icon" href="data:," />
      <style dangerouslySetInnerHTML={{ __html: style }} />
    </head>
  );
}
