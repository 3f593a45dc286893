// Duties, drawn: the sentence, and under their tabs the map of a deployment, incidents, and matters to watch.
import type { Duties } from '@weighbridge/protocol';
import type { ReactNode } from 'react';
import { DUTY_PARTS, type DutiesSearch, type DutyPart } from '../../app/register-search.ts';
import { Panel } from '../../parts/panel/view.tsx';
import { Plain } from '../../parts/plain-table/view.tsx';
import { Tag } from '../../parts/tag/view.tsx';
import { Facts } from '../facts-view.tsx';
import { Moment } from '../moment-view.tsx';
import { PageHead } from '../page-head-view.tsx';
import type { Headline } from '../headline.ts';
import type { DeploymentChoice, DutyText, MapText, RoleText } from './model.ts';
import { AREAS, DATE_STATES, type Failure } from './words.ts';

const TITLES: Readonly<Record<DutyPart, string>> = { map: 'Map', incidents: 'Incidents', watch: 'Watch-list' };

interface DutiesViewProps {
  readonly headline: Headline | null;
  readonly search: DutiesSearch;
  readonly hrefOf: (part: DutyPart) => string;
  readonly change: (search: Partial<DutiesSearch>) => void;
  readonly busy: boolean;
  readonly children: ReactNode;
}

export const DutiesView = ({ headline, search, hrefOf, change, busy, children }: DutiesViewProps) => (
  <div className="page duties" aria-busy={busy}>
    <PageHead {...headline} />
    <div className="tabs-row">
      <nav className="tabs" aria-label="Duties">
        {DUTY_PARTS.map((one) => (
          <a key={one} href={hrefOf(one)} aria-current={one === search.show ? 'page' : undefined}>
            {TITLES[one]}
          </a>
        ))}
      </nav>
      <Moment at={search.at} onChange={(at) => change({ at })} />
    </div>
    {children}
  </div>
);

interface MapPartProps {
  readonly map: MapText;
  readonly groups: readonly DeploymentChoice[];
  readonly chosen: DutyText | null;
  readonly hrefOf: (failure: Failure) => string;
  readonly onDeployment: (id: string) => void;
  readonly onClose: () => void;
  /** The form that opens an incident, or why there is none. */
  readonly children: ReactNode;
}

export const MapPart = ({ map, groups, chosen, hrefOf, onDeployment, onClose, children }: MapPartProps) => (
  <>
    <div className="controls">
      <label className="group-by">
        <span>Deployment</span>
        <select className="field" value={map.id} onChange={(event) => onDeployment(event.target.value)}>
          {groups.map(({ group, choices }) => (
            <optgroup key={group} label={group}>
              {choices.map(({ value, title }) => (
                <option key={value} value={value}>
                  {title}
                </option>
              ))}
            </optgroup>
          ))}
        </select>
      </label>
    </div>
    <header className="map-head">
      <h2>{map.title}</h2>
      {map.simulated && (
        <span className="tag hatched" data-tone="warn">
          simulated
        </span>
      )}
      <p className="section-note">{map.kind}</p>
    </header>
    <div className="with-panel" data-open={chosen !== null || undefined}>
      <div className="map">
        <section aria-labelledby="map-failures">
          <h3 id="map-failures">Who answers when something fails</h3>
          <Failures duties={map.duties} hrefOf={hrefOf} />
        </section>
        <section aria-labelledby="map-roles">
          <h3 id="map-roles">Who is who here</h3>
          <Roles roles={map.roles} />
        </section>
      </div>
      {chosen !== null && (
        <Panel title={chosen.title} onClose={onClose}>
          <Facts title="By the map" facts={chosen.facts} />
          <section>
            <h2>Open an incident</h2>
            {children}
          </section>
        </Panel>
      )}
    </div>
  </>
);

const Failures = ({ duties, hrefOf }: Pick<MapPartProps, 'hrefOf'> & { readonly duties: readonly DutyText[] }) => (
  <Plain
    name="Who answers when something fails"
    head={['What fails', 'Leads here', 'Has to answer', 'Clause', 'Contact', 'Clock']}
    rows={duties.map((duty) => ({
      key: duty.failure,
      cells: [
        <span key="failure" className="two-lines">
          <a href={hrefOf(duty.failure)}>{duty.title}</a>
          {duty.own && <OwnTag />}
        </span>,
        duty.owner,
        <Answers key="answers" answers={duty.answers} />,
        duty.clause,
        duty.contact,
        <span key="clock" className="two-lines">
          {duty.clock}
          <span className="quiet-text">{duty.basis}</span>
        </span>,
      ],
    }))}
  />
);

const OwnTag = () => <Tag tone="note">own</Tag>;

const Answers = ({ answers }: Pick<DutyText, 'answers'>) => (
  <span className="two-lines">
    {answers.known ? answers.text : <Tag tone="bad">{answers.text}</Tag>}
    {answers.note !== '' && <span className="quiet-text">{answers.note}</span>}
  </span>
);

const Roles = ({ roles }: { readonly roles: readonly RoleText[] }) => (
  <Plain
    name="Who is who here"
    head={['Role', 'Holder', 'How well it is known', 'Note']}
    rows={roles.map(({ key, role, holder, known, note }) => ({
      key,
      cells: [
        role,
        holder ?? 'nobody says',
        <Tag key="known" tone={known.tone}>
          {known.text}
        </Tag>,
        note === '' ? null : note,
      ],
    }))}
  />
);

export const WatchPart = ({ watch }: Pick<Duties, 'watch'>) => (
  <section className="watch" aria-label="Watch-list">
    <p className="section-note">
      Matters of law and regulation, by their next review. Dates come from secondary notes; where it says so they are
      still to be confirmed. It is not legal advice.
    </p>
    <Plain
      name="Watch-list"
      head={['Next review', 'Matter', 'Date', 'Area', 'Concerns', 'Source']}
      rows={watch.map((matter) => ({
        key: matter.id,
        cells: [
          <span key="review" className="two-lines">
            <span className="nowrap">{matter.next_review}</span>
            {matter.overdue && <Tag tone="bad">overdue</Tag>}
          </span>,
          <span key="title" className="two-lines">
            {matter.title}
            {matter.from === 'own' && <OwnTag />}
            {matter.note !== null && <span className="quiet-text">{matter.note}</span>}
          </span>,
          <span key="date" className="two-lines">
            {matter.date !== null && <span className="nowrap">{matter.date}</span>}
            <Tag tone={DATE_STATES[matter.date_is].tone}>{DATE_STATES[matter.date_is].text}</Tag>
          </span>,
          AREAS[matter.area] ?? matter.area,
          matter.parties.join(', '),
          matter.source,
        ],
      }))}
    />
  </section>
);
