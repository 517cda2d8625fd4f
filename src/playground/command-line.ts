import { durationText } from '../scenario/duration-text.js';
import { hasFreeCv, msText, plainQuestion, type Question, sloOf } from './question.js';

/** The command that prints, to the byte, what the page shows of a question. */
export function commandOf(question: Question): string {
  const { setting, promise } = plainQuestion(question);
  const { service, startTimeoutMs } = setting;
  const words = [
    `--rate ${setting.ratePerSecond}/s`,
    `--service ${msText(service.meanMs)}`,
    `--service-law ${service.law}`,
    ...(hasFreeCv(service.law) ? [`--service-cv ${service.cv}`] : []),
    `--burstiness ${setting.batchMean}`,
    `--slo '${sloOf(promise, durationText)}'`,
    `--policy ${setting.policy}`,
    `--waiting ${setting.waiting}`,
    `--limit ${setting.limit}`,
    `--ghosts ${setting.ghosts}`,
    ...(Number.isFinite(startTimeoutMs) ? [`--start-timeout ${msText(startTimeoutMs)}`] : []),
    `--requests ${setting.requests}`,
    `--seed ${setting.seed}`,
    '--one-run',
  ];
  return `npx slotstorm plan ${words.join(' ')}`;
}
