// Four charts over the same months: pointing at one month shows it in all of them.
import { useState } from 'react';
import type { PreparedBands } from '../../parts/band-chart/model.ts';
import { BandChart } from '../../parts/band-chart/view.tsx';

const PLACES = ['power', 'drawn', 'capacity', 'price'] as const;

interface TimelineProps {
  readonly charts: readonly PreparedBands[] | null;
  /** Names of the sides. */
  readonly sides: readonly string[];
}

export function Timeline({ charts, sides }: TimelineProps) {
  const [month, setMonth] = useState<number | null>(null);
  if (charts === null)
    return (
      <div className="timeline-charts">
        {PLACES.map((place) => (
          <div key={place} className="chart band-skeleton" role="status" aria-label="The first paths are run">
            <span className="skeleton" />
          </div>
        ))}
      </div>
    );
  return (
    <div className="timeline-charts">
      {sides.length > 1 && (
        <p className="timeline-sides">
          <span className="swatch first-side" aria-hidden="true" /> 1st: {sides[0]}
          <span className="swatch second-side" aria-hidden="true" /> 2nd: {sides[1]}
        </p>
      )}
      {charts.map((chart) => (
        <BandChart key={chart.key} chart={chart} month={month} onMonth={setMonth} />
      ))}
    </div>
  );
}
