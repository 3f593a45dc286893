// Gallery: figures, grades, proofs, words.
import { Bullet } from '../parts/bullet/view.tsx';
import { Count, Tokens } from '../parts/count/view.tsx';
import { Duration } from '../parts/duration/view.tsx';
import { Empty } from '../parts/empty/view.tsx';
import { Evidence } from '../parts/evidence/view.tsx';
import { Explain } from '../parts/explain/view.tsx';
import { Interval } from '../parts/interval/view.tsx';
import { Money } from '../parts/money/view.tsx';
import { moneyText } from '../parts/money/model.ts';
import { Problem } from '../parts/problem/view.tsx';
import { ProofBadge, ProofSteps } from '../parts/proof-badge/view.tsx';
import { Sparkline } from '../parts/sparkline/view.tsx';
import { When } from '../parts/when/view.tsx';
import { BROKEN, NOW, PROOF } from './samples.ts';
import { Row, Section } from './section.tsx';

const usd = (amount: string | null) => ({ amount, currency: 'USD' });
const GRADES = [0, 1, 2, 3, 4] as const;

export const Figures = () => (
  <Section id="figures" title="Figures">
    <Row name="Money">
      <Money value={usd('41207.183392')} form="whole" />
      <Money value={usd('0.000012345678')} />
      <Money value={usd('-3.5')} />
      <Money value={{ amount: '120.4', currency: 'EUR', status: 'estimated' }} />
      <Money value={{ amount: null, currency: 'USD', status: 'unpriced' }} />
      <Money value={usd(null)} />
    </Row>
    <Row name="Counts and tokens">
      <Count value={1_240_337} form="short" />
      <Count value="9007199254740993" />
      <Tokens tokens={{ input: 1204, cache_read: 18_000, output: 310, reasoning: 1222 }} />
      <Tokens tokens={{ input: 1204, output: 12 }} source="estimated" />
      <Tokens tokens={null} />
    </Row>
    <Row name="Durations and instants">
      <Duration ms={0.84} />
      <Duration ms={1240} />
      <Duration ms={123_000} />
      <Duration ms={null} />
      <When at={NOW - 200_000} />
      <When at={NOW - 200_000} form="relative" />
      <When at={null} />
    </Row>
    <Row name="Intervals">
      <Interval
        value={{ estimate: 48_900, low: 47_600, high: 50_200, level: 0.95, method: 'bootstrap over days' }}
        format={(n) => moneyText(usd(n.toFixed(0)), 'whole')}
      />
      <Interval
        value={{ estimate: 0.4, low: 0.3, high: 1.2, level: 0.9, method: 'Wilson' }}
        format={(n) => `${n.toFixed(1)} %`}
      />
      <span>
        Month to date <strong>$41,207</strong>
        <Explain
          title="Month to date"
          formula="sum of billed cost over all calls that ended this month"
          parts={[
            { name: 'priced calls', value: '1,204,311', href: '/console/calls?q=-cost:0' },
            { name: 'unpriced calls', value: '17', href: '/console/calls?q=status:unpriced' },
            { name: 'billed cost', value: '$41,207.183392' },
          ]}
          caveats={['17 calls have no price and are not in the sum.']}
          upTo={{ entry: 2_408_990, at: NOW - 2000 }}
        />
      </span>
    </Row>
  </Section>
);

export const Evidences = () => (
  <Section id="evidence" title="Evidence and words">
    <Row name="Evidence">
      {GRADES.map((grade) => (
        <Evidence key={grade} grade={grade} wordy />
      ))}
    </Row>
    <Row name="Sparklines">
      <Sparkline values={[3, 4, 6, 5, 8, 7, 9, 12, 4]} open label="calls by hour, 12 at most" />
      <Sparkline values={[3, 4, null, null, 8, null, 9, 12, 11]} open={false} label="calls by hour, with gaps" />
      <Sparkline values={[null]} open={false} label="calls by hour" />
    </Row>
    <Row name="Bullets" wide>
      <Bullet
        label="November"
        currency="USD"
        actual="41207"
        plan="50000"
        forecast={{ low: '47600', high: '50200', level: 0.95, method: 'trend by weekday' }}
      />
      <Bullet
        label="Reserved capacity"
        currency="USD"
        actual="9120"
        plan="10000"
        forecast={{ low: '11200', high: '12900', level: 0.95, method: 'trend' }}
      />
      <Bullet label="Team ads" currency="USD" actual="5400" plan="5000" forecast={null} />
      <Bullet label="Team legal" currency="USD" actual="310" plan={null} forecast={null} />
    </Row>
    <Row name="Proofs" wide>
      <div className="gallery-badges">
        <ProofBadge proof={{ state: 'unchecked' }} />
        <ProofBadge proof={{ state: 'checking', steps: [] }} />
        <ProofBadge proof={{ state: 'done', report: PROOF }} />
        <ProofBadge proof={{ state: 'done', report: BROKEN }} />
        <ProofBadge proof={{ state: 'done', report: { ...PROOF, verdict: 'cannot' } }} />
      </div>
      <div className="gallery-columns">
        <ProofSteps proof={{ state: 'done', report: PROOF }} onCheck={() => undefined} />
        <ProofSteps proof={{ state: 'done', report: BROKEN }} onCheck={() => undefined} />
        <ProofSteps proof={{ state: 'checking', steps: PROOF.steps.slice(0, 2) }} />
      </div>
    </Row>
    <Row name="Nothing, and failure" wide>
      <Empty
        what="No call has crossed the scale in this range."
        command="curl http://127.0.0.1:7411/v1/messages -H 'x-api-key: wb_…' -d @examples/hello.json"
      />
      <Problem
        problem={{
          code: 'QUERY_TIMEOUT',
          what: 'The table of calls was not read within 2 s.',
          next: 'ask for a shorter time range, or fewer columns',
          requestId: '01KB3V8Y2QH9N6W4T0XZJ5RCEM',
          retryable: true,
        }}
        onRetry={() => undefined}
      />
    </Row>
  </Section>
);
