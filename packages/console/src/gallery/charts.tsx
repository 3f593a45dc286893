// Gallery: charts.
import { useState } from 'react';
import { BandChart } from '../parts/band-chart/view.tsx';
import { Distribution } from '../parts/distribution/view.tsx';
import { Flow } from '../parts/flow/view.tsx';
import { TimeChart, type ChartPick } from '../parts/time-chart/view.tsx';
import { Timeline } from '../parts/timeline/view.tsx';
import { bandCharts, flowCharts } from './estimates.ts';
import { latencyChart, PHASES, spendChart } from './samples.ts';
import { Section } from './section.tsx';

const BOUNDS = Array.from({ length: 34 }, (_, i) => Math.round(20 * 1.25 ** i));
const COUNTS = BOUNDS.map((_, i) => Math.round(9000 * Math.exp(-((i - 14) ** 2) / 18) + (i > 24 ? 60 : 0)));

export const Charts = ({ onPick }: { readonly onPick: (pick: ChartPick) => void }) => (
  <Section id="charts" title="Charts">
    <TimeChart data={spendChart(6)} onPick={onPick} />
    <TimeChart data={{ ...spendChart(11), title: 'Eleven teams: eight and the rest' }} onPick={onPick} />
    <TimeChart data={latencyChart()} onPick={onPick} />
    <div className="gallery-columns">
      <TimeChart data={{ ...spendChart(0), title: 'Spend of a team that has none' }} />
      <Distribution
        title="How long until the first token?"
        unit={{ kind: 'duration' }}
        bounds={BOUNDS}
        counts={COUNTS}
      />
      <Distribution
        title="Distribution of nothing"
        unit={{ kind: 'duration' }}
        bounds={BOUNDS}
        counts={BOUNDS.map(() => 0)}
      />
    </div>
    <Timeline phases={PHASES} title="Where the time of this call went" />
    <Bands />
    {flowCharts().map((flow) => (
      <Flow key={flow.title} flow={flow} />
    ))}
  </Section>
);

function Bands() {
  const [month, setMonth] = useState<number | null>(null);
  return (
    <div className="timeline-charts">
      {bandCharts().map((chart) => (
        <BandChart key={chart.key} chart={chart} month={month} onMonth={setMonth} />
      ))}
    </div>
  );
}
