import type { ComponentChildren } from 'preact';
import { FormToken, type Reader } from './layout.js';

/** A form that does one thing, with JavaScript or without. */
export function ActionForm(props: {
  action: string;
  reader: Reader;
  account: string | undefined;
  fields?: Readonly<Record<string, string>>;
  children: ComponentChildren;
}) {
  return (
    <form method="post" action={props.action}>
      <FormToken reader={props.reader} />
      {props.account === undefined ? null : <input type="hidden" name="account" value={props.account} />}
      {Object.entries(props.fields ?? {}).map(([name, value]) => (
        <input type="hidden" name={name} value={value} />
      ))}
      {props.children}
    </form>
  );
}
