// Joins duties, incidents and their views. A clock is shown against the page's own time; what it says is asked again by the clock.
import { useQueryClient } from '@tanstack/react-query';
import type { Duties, IncidentView } from '@weighbridge/protocol';
import { incidentColumns, incidentPanel, overdueTexts } from '../features/duties/incidents.ts';
import { IncidentPanelView, IncidentsPart } from '../features/duties/incidents-view.tsx';
import { deploymentChoices, dutiesHeadline, isFailure, mapText, momentOf } from '../features/duties/model.ts';
import { OpenForm, StepForm } from '../features/duties/proof-view.tsx';
import { DutiesView, MapPart, WatchPart } from '../features/duties/view.tsx';
import { STEPS, type Failure } from '../features/duties/words.ts';
import { NotYet } from '../features/settings/view.tsx';
import { StillNote, type Still } from '../features/still-view.tsx';
import { useNow } from '../parts/clock/clock.tsx';
import type { TableData } from '../parts/data-table/model.ts';
import { Empty } from '../parts/empty/view.tsx';
import { ON_SAMPLE } from '../url/mount.ts';
import { usePageState } from './navigate.ts';
import { dutiesSearch } from './register-search.ts';
import { isWaiting, useAnswer, type Asked } from './use-answer.ts';
import { useChange } from './use-change.ts';

export function DutiesPage() {
  const { value: search, change, addressFor } = usePageState(dutiesSearch);
  const now = useNow();
  const asked = useAnswer('duties', search.at === '' ? {} : { at: search.at }, 'stream');
  const known = asked.state === 'ready' ? asked.value : null;
  return (
    <DutiesView
      headline={known === null ? null : dutiesHeadline(known, search.at, now)}
      search={search}
      hrefOf={(show) => addressFor({ show, sel: '' })}
      change={change}
      busy={isWaiting(asked)}
    >
      {search.show === 'incidents' && <Incidents asked={asked} />}
      {search.show !== 'incidents' && known === null && (
        <NotYet
          problem={asked.state === 'problem' ? asked.problem : null}
          onRetry={asked.retry}
          label="The duties are loading"
        />
      )}
      {search.show === 'map' && known !== null && <Map duties={known} />}
      {search.show === 'watch' && known !== null && <WatchPart watch={known.watch} />}
    </DutiesView>
  );
}

const stillOf = (at: string): Still => (ON_SAMPLE ? 'log' : at === '' ? null : 'moment');

function Map({ duties }: { readonly duties: Duties }) {
  const { value: search, change, addressFor } = usePageState(dutiesSearch);
  const map = mapText(duties, search.of);
  if (map === null) return <Empty what="No deployment is known here." command="weighbridge config schema" />;
  const chosen = map.duties.find(({ failure }) => failure === search.sel) ?? null;
  return (
    <MapPart
      map={map}
      groups={deploymentChoices(duties)}
      chosen={chosen}
      hrefOf={(sel) => addressFor({ sel })}
      onDeployment={(of) => change({ of, sel: '' })}
      onClose={() => change({ sel: '' })}
    >
      {isFailure(search.sel) && <Open key={`${map.id} ${search.sel}`} deployment={map.id} failure={search.sel} />}
    </MapPart>
  );
}

function Open({ deployment, failure }: { readonly deployment: string; readonly failure: Failure }) {
  const { value: search, addressFor } = usePageState(dutiesSearch);
  const client = useQueryClient();
  const opened = useChange('openIncident', () => void client.invalidateQueries({ queryKey: ['duties'] }));
  const still = stillOf(search.at);
  if (still !== null) return <StillNote still={still} what="open an incident" nowHref={addressFor({ at: '' })} />;
  return (
    <OpenForm
      deployment={deployment}
      failure={failure}
      opened={opened.change}
      hrefOf={(sel) => addressFor({ show: 'incidents', sel })}
      onOpen={opened.run}
    />
  );
}

function Incidents({ asked }: { readonly asked: Asked<Duties> }) {
  const { value: search, change, addressFor, addressWith } = usePageState(dutiesSearch);
  const now = useNow();
  const known = asked.state === 'ready' ? asked.value : null;
  const at = known === null ? now : momentOf(known, search.at, now);
  const hrefOfEntry = (sel: string): string => addressWith('/journal', { sel });
  return (
    <IncidentsPart
      table={tableOf(asked)}
      columns={incidentColumns(at)}
      search={search}
      selected={known?.incidents.find(({ id }) => id === search.sel) ?? null}
      overdue={known === null ? [] : overdueTexts(known, at)}
      hrefOf={(sel) => addressFor({ sel })}
      watchHref={addressFor({ show: 'watch', sel: '' })}
      change={change}
      onRetry={asked.retry}
      renderPanel={(row, close) => (
        <IncidentPanelView key={row.id} incident={incidentPanel(row, at)} hrefOfEntry={hrefOfEntry} onClose={close}>
          <Next row={row} />
        </IncidentPanelView>
      )}
    />
  );
}

function Next({ row }: { readonly row: IncidentView }) {
  const { value: search, addressFor } = usePageState(dutiesSearch);
  const client = useQueryClient();
  const taken = useChange('stepIncident', () => void client.invalidateQueries({ queryKey: ['duties'] }));
  const still = stillOf(search.at);
  const may = row.may.map((value) => ({ value, title: STEPS[value] }));
  if (may.length === 0) return null;
  return (
    <section>
      <h2>The next step</h2>
      {still === null ? (
        <StepForm key={row.steps.length} id={row.id} may={may} taken={taken.change} onStep={taken.run} />
      ) : (
        <StillNote still={still} what="take a step" nowHref={addressFor({ at: '' })} />
      )}
    </section>
  );
}

function tableOf(asked: Asked<Duties>): TableData<IncidentView> {
  if (asked.state !== 'ready') return asked;
  const { incidents: rows } = asked.value;
  if (rows.length > 0) return { state: 'rows', rows };
  return {
    state: 'empty',
    empty: {
      what: 'No incident was opened. One is opened from a row of the map, by hand: no check opens one by itself yet.',
      command: null,
    },
  };
}
