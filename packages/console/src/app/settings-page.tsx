// Joins the parts of settings: each asks for what it shows, and nothing else.
import { useQueryClient } from '@tanstack/react-query';
import type { ControlAnswer, ControlKey } from '@weighbridge/protocol';
import { KeysPart } from '../features/settings/keys-view.tsx';
import { configurationText, historyTexts, settingsHeadline } from '../features/settings/model.ts';
import { SessionsPart } from '../features/settings/sessions-view.tsx';
import { ConfigurationPart, HistoryPart, NotYet, SettingsView } from '../features/settings/view.tsx';
import type { TableData } from '../parts/data-table/model.ts';
import { ON_SAMPLE } from '../url/mount.ts';
import { usePageState } from './navigate.ts';
import { settingsSearch, type SettingsSearch } from './search-state.ts';
import { useSignOut } from './session-context.ts';
import { isWaiting, useAnswer, valueOf, type Asked } from './use-answer.ts';
import { useChange } from './use-change.ts';

const PAGE = 20;

export function SettingsPage() {
  const { value: search, addressFor } = usePageState(settingsSearch);
  const configuration = useAnswer('configuration', {}, 'stream');
  const keys = useAnswer('keys', { all: true, limit: 500 }, 'stream');
  const headline = settingsHeadline(valueOf(keys)?.rows ?? null, valueOf(configuration));
  return (
    <SettingsView
      headline={headline}
      part={search.show}
      hrefOf={(show) => addressFor({ show, sel: '', before: '' })}
      busy={isWaiting(configuration) || isWaiting(keys)}
    >
      {search.show === 'keys' && <Keys asked={keys} listed={listedIn(valueOf(configuration))} />}
      {search.show === 'configuration' &&
        (configuration.state === 'ready' ? (
          <ConfigurationPart text={configurationText(configuration.value)} />
        ) : (
          <Waiting asked={configuration} label="The configuration is loading" />
        ))}
      {search.show === 'history' && <History />}
      {search.show === 'sessions' && <Sessions />}
    </SettingsView>
  );
}

const listedIn = (view: ControlAnswer<'configuration'> | null): readonly string[] =>
  Object.keys((view?.config['keys'] as object | undefined) ?? {});

const Waiting = ({ asked, label }: { readonly asked: Asked<unknown>; readonly label: string }) => (
  <NotYet problem={asked.state === 'problem' ? asked.problem : null} onRetry={asked.retry} label={label} />
);

interface KeysProps {
  readonly asked: Asked<ControlAnswer<'keys'>>;
  readonly listed: readonly string[];
}

function Keys({ asked, listed }: KeysProps) {
  const { value: search, change } = usePageState(settingsSearch);
  const client = useQueryClient();
  const again = (): void => void client.invalidateQueries({ queryKey: ['keys'] });
  const made = useChange('createKey', again);
  const revoked = useChange('revokeKey', again);
  return (
    <KeysPart
      still={ON_SAMPLE}
      table={keysTable(asked)}
      search={search}
      selected={valueOf(asked)?.rows.find(({ id }) => id === search.sel) ?? null}
      listed={listed}
      made={made.change}
      revoked={revoked.change}
      change={change}
      onMake={({ name, team, project, aws }) =>
        made.run({ name, aws, who: { ...(team === '' ? {} : { team }), ...(project === '' ? {} : { project }) } })
      }
      onRevoke={(id, reason) => revoked.run({ id, ...(reason === '' ? {} : { reason }) })}
      onRetry={asked.retry}
    />
  );
}

function keysTable(asked: Asked<ControlAnswer<'keys'>>): TableData<ControlKey> {
  if (asked.state !== 'ready') return asked;
  if (asked.value.rows.length > 0) return { state: 'rows', rows: asked.value.rows };
  return { state: 'empty', empty: { what: 'No key was made yet.', command: 'weighbridge keys create NAME' } };
}

function History() {
  const { value: search, addressFor } = usePageState(settingsSearch);
  const before = search.before === '' ? {} : { before: Number(search.before) };
  const asked = useAnswer('configurations', { limit: PAGE, ...before }, 'stream');
  if (asked.state !== 'ready') return <Waiting asked={asked} label="The history is loading" />;
  const { next } = asked.value;
  const at = (entry: string): Partial<SettingsSearch> => ({ before: entry });
  return (
    <HistoryPart
      entries={historyTexts(asked.value)}
      olderHref={next === null ? null : addressFor(at(String(next)))}
      newestHref={search.before === '' ? null : addressFor(at(''))}
    />
  );
}

function Sessions() {
  const signOut = useSignOut();
  const asked = useAnswer('sessions', {}, 'stream');
  const ended = useChange('endSession', asked.retry);
  if (asked.state !== 'ready') return <Waiting asked={asked} label="The sessions are loading" />;
  return <SessionsPart rows={asked.value.rows} onEnd={({ own, id }) => (own ? void signOut() : ended.run({ id }))} />;
}
