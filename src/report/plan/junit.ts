import { isTooShortBelow } from '../../measure/capacity/answer-doubt.js';
import type { LimitAnswer, PlanResult, PointEvidence, SloCheck } from '../../measure/capacity/plan-result.js';
import type { Verdict } from '../../measure/result.js';
import { shortName } from '../ci/junit-case.js';
import { attributes, propertyLines, seconds, timestampOf } from '../ci/xml-lines.js';
import { xmlText } from '../escape.js';
import { cutText, formatNumber, plural } from '../format.js';
import { rowsLines } from '../recorded-rows.js';
import { decisivePoints, pointText } from './answer-blocks.js';
import { headline } from './headline.js';
import { actualText, sentence } from './page/words.js';

const MOST_BODY = 20_000;

/** One thing that a plan is judged by. */
interface PlanCase {
  readonly name: string;
  readonly kind: 'slo' | 'gate' | 'answer' | 'invariant' | 'baseline';
  readonly verdict: Verdict;
  /** What was measured, in one line. */
  readonly message: string;
}

/**
 * JUnit XML of a plan: a case for each promise at the limit of the gate, else at the answer (where there is none: at the
 * largest limit that was tried), one for the gate or the answer itself, one for the invariants, and one for the baseline. What
 * is undecided is an error: it never counts as a pass. All cases pass where, and only where, the exit code is 0.
 */
export function renderPlanJUnit(plan: PlanResult, name: string): string {
  const { meta, load, question, tool, exitCode } = plan;
  const point = judgedPoint(plan);
  const rows = rowsLines(load);
  const cases = casesOf(plan, point);
  const count = (verdict: Verdict): string => String(cases.filter((one) => one.verdict === verdict).length);
  const counts = { tests: String(cases.length), failures: count('fail'), errors: count('undecided'), skipped: '0' };
  const time = seconds(meta.wallMs / 1_000);
  const suite = { name: `plan ${name}`, ...counts, time, timestamp: timestampOf(meta.date) };
  const properties = {
    load: load.text,
    ...(rows.length === 0 ? {} : { rows: rows.map(({ text }) => text).join('; ') }),
    question: question.sha256,
    ...(point === undefined ? {} : { limit: String(point.limit), seeds: String(point.seeds), requests: String(point.requests) }),
    exitCode: String(exitCode),
    tool: `${tool.name} ${tool.version}`,
  };
  // Not the number of the answer: servers that keep the history of a case know it by class and name.
  const classname = shortName(`plan-${name}.${plan.gate === undefined ? 'answer' : `limit-${plan.gate.limit}`}`);
  const body = bodyOf(plan);
  const lines = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${attributes({ name: `slotstorm plan ${name}`, ...counts, time })}>`,
    `  <testsuite${attributes(suite)}>`,
    ...propertyLines(properties, '    '),
    ...cases.flatMap((one) => caseLines(one, classname, body)),
    '  </testsuite>',
    '</testsuites>',
  ];
  return `${lines.join('\n')}\n`;
}

/** What the exit code speaks of. */
export function judgedPoint({ gate, answer }: PlanResult): PointEvidence | undefined {
  return gate?.evidence ?? answer.evidence.find(({ limit }) => limit === answer.limit) ?? decisivePoints(answer).at(-1);
}

function casesOf(plan: PlanResult, point: PointEvidence | undefined): PlanCase[] {
  const broken = point?.broken ?? [];
  const { comparison } = plan;
  return [
    ...(point === undefined ? [] : checksAt(point, plan).map((check) => sloCase(check, point))),
    questionCase(plan, point),
    {
      name: 'no invariant breaks',
      kind: 'invariant',
      verdict: broken.length === 0 ? 'pass' : 'fail',
      message: broken.length === 0 ? 'none broke' : `broken: ${broken.join(', ')}`,
    },
    ...(comparison === undefined
      ? []
      : [{ name: 'no worse than the baseline', kind: 'baseline' as const, verdict: comparison.verdict, message: comparison.text }]),
  ];
}

/** What cannot carry the load was not simulated, and broke every promise. */
function checksAt({ checks, verdict }: PointEvidence, { question }: PlanResult): readonly SloCheck[] {
  return checks.length > 0 ? checks : question.slos.map((slo) => ({ slo, unit: '', verdict }));
}

function sloCase(check: SloCheck, point: PointEvidence): PlanCase {
  const { slo, verdict } = check;
  const effort = point.seeds === 0 ? '' : `; ${plural(point.seeds, 'seed')}, ${plural(point.requests, 'request')}`;
  return { name: slo, kind: 'slo', verdict, message: `actual ${actualText(check, point)} at limit ${formatNumber(point.limit)}${effort}` };
}

/** A limit can be undecided where every promise was kept: in runs that are too short. */
function questionCase(plan: PlanResult, point: PointEvidence | undefined): PlanCase {
  const { gate, answer } = plan;
  if (gate !== undefined) return { name: 'the limit keeps every promise', kind: 'gate', verdict: gate.verdict, message: gate.text };
  const message = [headline(plan).text, ...(answer.why === undefined ? [] : [answer.why])].join('; ');
  return { name: 'some limit keeps every promise', kind: 'answer', verdict: answerVerdict(answer, point), message };
}

function answerVerdict(answer: LimitAnswer, largest: PointEvidence | undefined): Verdict {
  if (answer.limit !== undefined) return isTooShortBelow(answer) ? 'undecided' : 'pass';
  return largest?.verdict === 'undecided' ? 'undecided' : 'fail';
}

const ELEMENTS: Readonly<Record<Exclude<Verdict, 'pass'>, string>> = { fail: 'failure', undecided: 'error' };

function caseLines({ name, kind, verdict, message }: PlanCase, classname: string, body: string): string[] {
  const head = attributes({ classname, name: shortName(name), time: '0.000' });
  if (verdict === 'pass') return [`    <testcase${head}>`, ...propertyLines({ measured: message }, '      '), '    </testcase>'];
  const element = ELEMENTS[verdict];
  return [`    <testcase${head}>`, `      <${element}${attributes({ message, type: kind })}>${body}</${element}>`, '    </testcase>'];
}

/** What was seen around the limit, and the command that asks again. */
function bodyOf(plan: PlanResult): string {
  const points = decisivePoints(plan.answer).map((point) => `limit ${formatNumber(point.limit)} ${pointText(point)}`);
  const lines = [headline(plan).text, ...(plan.gate === undefined ? [] : [sentence(plan.gate.text)]), ...points, `Ask again: ${plan.command}`];
  return xmlText(cutText(lines.join('\n'), MOST_BODY));
}
