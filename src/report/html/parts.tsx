import type { ComponentChildren } from 'preact';
import type { Verdict } from '../../measure/result.js';
import { VERDICT_WORDS } from '../verdict.js';

/** A section of the page with a heading that the navigation leads to. */
export function Section(props: { id: string; title: string; lead?: string | undefined; children: ComponentChildren }) {
  return (
    <section id={props.id} class="card" aria-labelledby={`${props.id}-title`}>
      <h2 id={`${props.id}-title`}>{props.title}</h2>
      {props.lead === undefined ? null : <p class="lead">{props.lead}</p>}
      {props.children}
    </section>
  );
}

/** Word and icon: the colour only repeats them. */
export function Badge(props: { verdict: Verdict }) {
  const { word, icon } = VERDICT_WORDS[props.verdict];
  return (
    <span class={`badge ${props.verdict}`}>
      <span aria-hidden="true">{icon}</span> {word.toLowerCase()}
    </span>
  );
}

export interface TableColumn<Row> {
  readonly heading: string;
  readonly cell: (row: Row) => ComponentChildren;
  /** Numbers are right aligned. */
  readonly numeric?: boolean;
  /** The cell that names the row. */
  readonly names?: boolean;
  /** Numbers with words beside them, which may stand below each other. */
  readonly wraps?: boolean;
}

/** A table that scrolls sideways by itself where the page is too narrow. */
export function Table<Row>(props: {
  caption: string;
  columns: readonly TableColumn<Row>[];
  rows: readonly Row[];
  empty?: string;
  rowClass?: (row: Row) => string;
  /** What its sheet calls it. */
  look?: string;
}) {
  const { columns, rows } = props;
  if (rows.length === 0) return <p class="empty">{props.empty ?? `${props.caption}: none.`}</p>;
  return (
    // biome-ignore lint/a11y/useSemanticElements lint/a11y/noNoninteractiveTabindex: what scrolls must be in reach of the keyboard, and a page of tables needs no landmark for each
    <div class="scroll" role="group" tabIndex={0} aria-label={props.caption}>
      <table class={props.look}>
        <caption>{props.caption}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <th scope="col" class={column.numeric === true ? 'number' : column.names === true ? 'names' : undefined}>
                {breakable(column.heading)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr class={props.rowClass?.(row)}>
              {columns.map((column) => (
                <Cell column={column} content={column.cell(row)} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Names of metrics are long words: a narrow column breaks them between their parts. */
function breakable(name: string): ComponentChildren {
  return name.split(/(?<=[_{:,/])(?=\w)/).flatMap((part, at) => (at === 0 ? [part] : [<wbr />, part]));
}

const SHORT_TEXT = 28;

/** Short words stay on one line, prose gets room. */
function Cell<Row>({ column, content }: { column: TableColumn<Row>; content: ComponentChildren }) {
  const short = typeof content === 'string' && content.length <= SHORT_TEXT;
  const look =
    column.numeric === true ? (column.wraps === true ? 'number wraps' : 'number') : short ? 'short' : typeof content === 'string' ? 'prose' : undefined;
  if (column.names !== true) return <td class={look}>{content}</td>;
  return (
    <th scope="row" class={look}>
      {content}
    </th>
  );
}

/** @param onPaper whether it opens by itself when the page is printed */
export function Fold(props: { summary: string; open?: boolean; onPaper?: boolean; children: ComponentChildren }) {
  return (
    <details open={props.open === true} data-screen-only={props.onPaper === false ? '' : undefined}>
      <summary>{props.summary}</summary>
      {props.children}
    </details>
  );
}

/** A command with a button that copies it. Without JavaScript the text can still be selected. */
export function Command(props: { text: string }) {
  return (
    <div class="command">
      <code>{props.text}</code>
      <button type="button" class="needs-js" data-copy={props.text}>
        Copy
      </button>
    </div>
  );
}

/** Text of several lines with a button that copies it. */
export function TextBlock(props: { id: string; label: string; text: string }) {
  return (
    <div class="command block">
      {/* biome-ignore lint/a11y/useSemanticElements lint/a11y/noNoninteractiveTabindex: what scrolls must be in reach of the keyboard */}
      <pre id={props.id} role="group" tabIndex={0} aria-label={props.label}>
        <code>{props.text}</code>
      </pre>
      <button type="button" class="needs-js" data-copy-from={props.id}>
        Copy
      </button>
    </div>
  );
}

/** Names and values, one under the other. */
export function Facts(props: { facts: readonly (readonly [name: string, value: ComponentChildren])[] }) {
  return (
    <dl class="facts">
      {props.facts.map(([name, value]) => (
        <div>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** One chart with its summary in words and its numbers as a table. The page script draws into the canvas. */
export function Figure(props: {
  id: string;
  kind: string;
  variant?: number;
  account?: string;
  title: string;
  summary: string;
  /** How deep its heading lies: 3 right under a section, 4 under a variant. */
  level?: 3 | 4;
  children?: ComponentChildren;
}) {
  const { id } = props;
  const Heading = `h${props.level ?? 4}` as const;
  return (
    <figure class="chart" id={id}>
      <Heading id={`${id}-title`}>{props.title}</Heading>
      <p id={`${id}-summary`} class="summary">
        {props.summary}
      </p>
      <div class="canvas">
        <canvas role="img" aria-labelledby={`${id}-title ${id}-summary`} data-chart={props.kind} data-variant={props.variant} data-account={props.account} />
      </div>
      {props.children === undefined ? null : (
        <Fold summary="Numbers" onPaper={false}>
          {props.children}
        </Fold>
      )}
    </figure>
  );
}
