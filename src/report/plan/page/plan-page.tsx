import { renderToString } from 'preact-render-to-string';
import type { PlanResult } from '../../../measure/capacity/plan-result.js';
import { scriptText } from '../../escape.js';
import { LongNamesSection } from '../../html/data-section.js';
import { embedText } from '../../html/embed.js';
import { PageHead } from '../../html/page-head.js';
import { PlaygroundSection } from '../../html/playground-section.js';
import { REPORT_STYLE } from '../../html/style.js';
import { startOfPlan } from '../../playground/start-of-plan.js';
import { compactJson } from '../../result-text.js';
import { shownData } from '../../shown-result.js';
import { headline } from '../headline.js';
import { AnswerCard } from './answer-card.js';
import { AssumptionsSection, EnvironmentSection, EvidenceSection } from './closing-sections.js';
import { PlanComparisonSection } from './comparison-section.js';
import { PlanDataSection } from './data-section.js';
import { FrontierSection } from './frontier-section.js';
import { GhostSection } from './ghost-section.js';
import { HeatMapSection } from './heat-map-section.js';
import { InverseSection } from './inverse-section.js';
import { DaysSection, TenantsSection } from './pieces-section.js';
import { SensitivitySection, WhatIfSection } from './sensitivity-section.js';
import { PLAN_STYLE } from './style.js';

export interface PlanPageExtras {
  /** The bundled script of the page (`dist/report/plan.bundle.js`); without it no chart is drawn, and all numbers are there. */
  readonly pageScript?: string | undefined;
  /** The bundled script of the playground (`dist/report/playground.bundle.js`); undefined: the page has none. */
  readonly playgroundScript?: string | undefined;
}

const STYLE = REPORT_STYLE + PLAN_STYLE;

/** The plan as one file that loads nothing: it works from a disk, from a mail and without JavaScript. */
export function renderPlanPage(plan: PlanResult, { pageScript = '', playgroundScript }: PlanPageExtras = {}): string {
  const { data: shown, longNames } = shownData(plan);
  const script = scriptText(pageScript).replace(/\n?\/\/# sourceMappingURL=.*/g, '');
  const page = (
    <html lang="en">
      <PageHead
        title={`${headline(shown).text} · slotstorm plan`}
        version={shown.tool.version}
        script={script}
        style={STYLE}
        packed={playgroundScript === undefined ? [] : [playgroundScript]}
      />
      <body>
        <a class="skip" href="#main">
          Skip to the plan
        </a>
        <Navigation plan={shown} hasPlayground={playgroundScript !== undefined} />
        <main id="main">
          <AnswerCard plan={shown} />
          <noscript>
            <p class="notice">JavaScript is off: charts are not drawn. Every number is in the tables, those of the charts under “Numbers”.</p>
          </noscript>
          <FrontierSection plan={shown} />
          <HeatMapSection plan={shown} />
          <SensitivitySection plan={shown} />
          <WhatIfSection plan={shown} />
          <DaysSection plan={shown} />
          <TenantsSection plan={shown} />
          <GhostSection plan={shown} />
          <InverseSection plan={shown} />
          {playgroundScript === undefined ? null : <PlaygroundSection start={startOfPlan(shown)} script={playgroundScript} source="this plan" />}
          <PlanComparisonSection plan={shown} />
          <EvidenceSection plan={shown} />
          <AssumptionsSection plan={shown} />
          <EnvironmentSection plan={shown} />
          <PlanDataSection />
          <LongNamesSection names={longNames} />
        </main>
        <footer>
          {shown.tool.name} {shown.tool.version} · plan · {shown.meta.date}
        </footer>
      </body>
    </html>
  );
  const data = `<script type="application/octet-stream" id="result-data">${embedText(compactJson(plan))}</script>`;
  return `<!doctype html>\n${renderToString(page).replace('</body></html>', () => `${data}<script>${script}</script></body></html>`)}\n`;
}

function Navigation({ plan, hasPlayground }: { plan: PlanResult; hasPlayground: boolean }) {
  const isThere = (list: readonly unknown[] | undefined): boolean => list !== undefined && list.length > 0;
  const links: readonly (readonly [isThere: boolean, id: string, text: string])[] = [
    [true, 'answer', 'Answer'],
    [isThere(plan.frontier?.points), 'frontier', 'Frontier'],
    [isThere(plan.heatMap?.limits), 'heat-map', 'Rate and limit'],
    [isThere(plan.sensitivity), 'sensitivity', 'Sensitivity'],
    [isThere(plan.whatIfs), 'what-if', 'What if'],
    [isThere(plan.days), 'days', 'Days'],
    [isThere(plan.tenants), 'tenants', 'Tenants'],
    [isThere(plan.ghosts), 'ghosts', 'Ghosts'],
    [isThere(plan.inverse), 'questions', 'Questions'],
    [hasPlayground, 'playground', 'Playground'],
    [plan.comparison !== undefined, 'baseline', 'Baseline'],
    [isThere(plan.answer.evidence), 'evidence', 'Evidence'],
    [true, 'assumptions', 'Assumptions'],
    [true, 'environment', 'Environment'],
    [true, 'data', 'Data'],
  ];
  return (
    <nav aria-label="Sections">
      <ul>
        {links
          .filter(([there]) => there)
          .map(([, id, text]) => (
            <li>
              <a href={`#${id}`}>{text}</a>
            </li>
          ))}
      </ul>
    </nav>
  );
}
