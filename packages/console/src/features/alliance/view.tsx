// The alliance, drawn: one sentence, the timeline beside the switches that move it, and what follows from it section by section.
import type { ReactNode } from 'react';
import type { PreparedBands } from '../../parts/band-chart/model.ts';
import type { PreparedFlow } from '../../parts/flow/model.ts';
import { Flow } from '../../parts/flow/view.tsx';
import type { ProblemText } from '../../parts/problem/model.ts';
import { Problem } from '../../parts/problem/view.tsx';
import type { Fact } from '../call/model.ts';
import { PageHead } from '../page-head-view.tsx';
import { Controls, type ControlsProps } from './controls-view.tsx';
import type { Headline } from '../headline.ts';
import type { DeliveryText, LayerText, OrganisationText } from './model.ts';
import { Deliveries, Inputs, Layers, Organisation, Section, SideBySide, Thrown, Years } from './sections-view.tsx';
import { OwnFileDrop, type OwnFileProps } from '../own-file-view.tsx';
import type { DifferenceText, SwitchText, ThrownText } from './switches.ts';
import { Switches } from './switches-view.tsx';
import { Timeline } from './timeline-view.tsx';

/** What a run says; null until the first answer is there. */
export interface Told {
  readonly charts: readonly PreparedBands[];
  readonly thrown: readonly ThrownText[];
  /** Names of the sides. */
  readonly sides: readonly string[];
  readonly differences: readonly DifferenceText[];
  readonly years: readonly string[];
  readonly year: string;
  readonly layers: readonly LayerText[];
  readonly ties: readonly LayerText[];
  readonly linked: string;
  readonly flows: readonly PreparedFlow[];
  readonly deliveries: readonly DeliveryText[];
  readonly shortfall: string;
  readonly organisation: OrganisationText;
  readonly inputs: readonly Fact[];
  readonly tags: string;
  readonly note: string;
  readonly interval: string;
  readonly command: string;
}

export interface AllianceViewProps extends ControlsProps, OwnFileProps {
  readonly headline: Headline | null;
  readonly problem: ProblemText | null;
  readonly onRetry: () => void;
  readonly switches: readonly SwitchText[];
  readonly told: Told | null;
  /** Whether what is shown is not yet the whole answer. */
  readonly busy: boolean;
  /** Whether it is the answer to another question. */
  readonly stale: boolean;
}

export function AllianceView(props: AllianceViewProps) {
  const { headline, problem, onRetry, switches, search, change, told, busy, stale } = props;
  return (
    <div className="page alliance" aria-busy={busy} data-stale={stale || undefined}>
      <PageHead {...headline} />
      <Controls {...props} />
      <OwnFileDrop what="scenario" own={props.own} ownOpen={props.ownOpen} onFile={props.onFile} />
      {problem !== null && <Problem problem={problem} onRetry={onRetry} />}
      <div className="alliance-stage">
        <Timeline charts={told?.charts ?? null} sides={told?.sides ?? []} />
        <Switches switches={switches} search={search} change={change} />
      </div>
      {told !== null && <Sections told={told} change={change} />}
    </div>
  );
}

const Sections = ({
  told,
  change,
}: {
  readonly told: Told;
  readonly change: AllianceViewProps['change'];
}): ReactNode => (
  <>
    {told.thrown.length > 0 && <Thrown thrown={told.thrown} />}
    {told.differences.length > 0 && <SideBySide sides={told.sides} rows={told.differences} />}
    <Section title={`From capital to draw-down, at the end of ${told.year}`}>
      <Years years={told.years} shown={told.year} onShow={(year) => change({ year })} />
      <Layers layers={told.layers} chain />
      <p className="section-note">{told.linked}</p>
      <Layers layers={told.ties} />
      {told.flows.map((flow) => (
        <Flow key={flow.title} flow={flow} />
      ))}
    </Section>
    <Deliveries sides={told.sides} rows={told.deliveries} shortfall={told.shortfall} />
    <Organisation told={told.organisation} main={told.sides[0] ?? ''} />
    <Inputs facts={told.inputs} tags={told.tags} note={told.note} interval={told.interval} command={told.command} />
  </>
);
