import { hasFreeCv, LAWS, PERCENTILES, POLICIES, type Question, WAITINGS } from '../question.js';
import { DialField, WordField } from './dial-field.js';
import { CV_DIAL, type Dial, LOAD_DIALS, PLATFORM_DIALS, PROMISE_DIAL, RUN_DIALS } from './dials.js';

interface ControlsProps {
  readonly question: Question;
  readonly ask: (question: Question) => void;
}

const DEFAULT_CV = 0.5;
const WAITING_WORDS = { backoff: 'backoff: it sleeps and asks again', fifo: 'fifo: in order of arrival' };

/** Everything that can be turned. */
export function Controls(props: ControlsProps) {
  return (
    <form class="controls" onSubmit={(event) => event.preventDefault()}>
      <fieldset>
        <legend>Platform</legend>
        <Dials {...props} dials={PLATFORM_DIALS} />
        <PlatformWords {...props} />
      </fieldset>
      <fieldset>
        <legend>Load</legend>
        <Dials {...props} dials={LOAD_DIALS} />
        <ServiceLaw {...props} />
      </fieldset>
      <fieldset>
        <legend>Promise and run</legend>
        <Percentile {...props} />
        <Dials {...props} dials={[PROMISE_DIAL, ...RUN_DIALS]} />
      </fieldset>
    </form>
  );
}

function Dials({ question, ask, dials }: ControlsProps & { dials: readonly Dial[] }) {
  return (
    <>
      {dials.map((dial) => (
        <DialField key={dial.name} dial={dial} value={dial.read(question)} change={(value) => ask(dial.write(question, value))} />
      ))}
    </>
  );
}

function PlatformWords({ question, ask }: ControlsProps) {
  const { setting } = question;
  return (
    <>
      <WordField
        id="policy"
        label="Policy"
        words={POLICIES}
        value={setting.policy}
        change={(policy) => ask({ ...question, setting: { ...setting, policy } })}
      />
      <WordField
        id="waiting"
        label="Waiting"
        words={WAITINGS}
        value={setting.waiting}
        text={(word) => WAITING_WORDS[word]}
        change={(waiting) => ask({ ...question, setting: { ...setting, waiting } })}
      />
    </>
  );
}

function ServiceLaw({ question, ask }: ControlsProps) {
  const { setting } = question;
  const { service } = setting;
  return (
    <>
      <WordField
        id="law"
        label="Law of service"
        words={LAWS}
        value={service.law}
        change={(law) => {
          const cv = hasFreeCv(law) && !hasFreeCv(service.law) ? DEFAULT_CV : service.cv;
          ask({ ...question, setting: { ...setting, service: { ...service, law, cv } } });
        }}
      />
      {hasFreeCv(service.law) ? <Dials question={question} ask={ask} dials={[CV_DIAL]} /> : null}
    </>
  );
}

function Percentile({ question, ask }: ControlsProps) {
  return (
    <WordField
      id="percentile"
      label="Promised to"
      words={PERCENTILES}
      value={question.promise.percentile as (typeof PERCENTILES)[number]}
      text={(percentile) => `${percentile} % of the requests`}
      change={(percentile) => ask({ ...question, promise: { ...question.promise, percentile } })}
    />
  );
}
