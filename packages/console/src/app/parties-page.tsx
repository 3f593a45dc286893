// Joins the register, the file of one's own, and their views.
import { useQueryClient } from '@tanstack/react-query';
import { REGISTER_TEXT_MOST, type CheckedRegister, type RegisterView } from '@weighbridge/protocol';
import { useState } from 'react';
import { partiesHeadline, partyPanel, uploadText, versionTexts } from '../features/parties/model.ts';
import { Example, OwnVersions, Upload } from '../features/parties/own-view.tsx';
import { LinksPart, PartiesPart, PartiesView } from '../features/parties/view.tsx';
import { NotYet } from '../features/settings/view.tsx';
import { StillNote } from '../features/still-view.tsx';
import type { TableData } from '../parts/data-table/model.ts';
import type { ProblemText } from '../parts/problem/model.ts';
import { saveText } from '../parts/copy/save-text.ts';
import { ON_SAMPLE } from '../url/mount.ts';
import { usePageState } from './navigate.ts';
import { partiesSearch } from './register-search.ts';
import { isWaiting, useAnswer, useApi, valueOf, type Asked } from './use-answer.ts';
import { useChange } from './use-change.ts';

export function PartiesPage() {
  const { value: search, change, addressFor } = usePageState(partiesSearch);
  const asked = useAnswer('register', search.at === '' ? {} : { at: search.at }, 'stream');
  const known = valueOf(asked);
  return (
    <PartiesView
      headline={known === null ? null : partiesHeadline(known)}
      search={search}
      hrefOf={(show) => addressFor({ show, sel: '' })}
      change={change}
      busy={isWaiting(asked)}
    >
      {search.show === 'parties' && (
        <PartiesPart
          table={tableOf(asked, ({ parties }) => parties)}
          selected={known?.parties.find(({ id }) => id === search.sel) ?? null}
          panelOf={(party) => partyPanel(party, known ?? { parties: [], links: [] })}
          search={search}
          change={change}
          onRetry={asked.retry}
        />
      )}
      {search.show === 'links' && (
        <LinksPart table={tableOf(asked, ({ links }) => links)} search={search} change={change} onRetry={asked.retry} />
      )}
      {search.show === 'own' &&
        (known === null ? (
          <NotYet
            problem={asked.state === 'problem' ? asked.problem : null}
            onRetry={asked.retry}
            label="The register is loading"
          />
        ) : (
          <Own known={known} />
        ))}
    </PartiesView>
  );
}

function tableOf<Row>(asked: Asked<RegisterView>, rowsOf: (view: RegisterView) => readonly Row[]): TableData<Row> {
  return asked.state === 'ready' ? { state: 'rows', rows: rowsOf(asked.value) } : asked;
}

function Own({ known }: { readonly known: RegisterView }) {
  const { value: search, addressFor, addressWith } = usePageState(partiesSearch);
  const still = ON_SAMPLE ? 'log' : search.at === '' ? null : 'moment';
  return (
    <>
      {still === null ? (
        <Entering standing={known.own !== null} />
      ) : (
        <StillNote still={still} what="enter a register" nowHref={addressFor({ at: '' })} />
      )}
      <Example text={known.example} onSave={() => saveText('register.yaml', known.example, 'text/yaml')} />
      <OwnVersions
        versions={versionTexts(known)}
        unread={known.unread}
        text={known.own?.text ?? null}
        hrefOfEntry={(sel) => addressWith('/journal', { sel })}
      />
    </>
  );
}

interface Dropped {
  readonly name: string;
  readonly text: string;
  readonly checked: CheckedRegister | null;
  readonly says: string;
  readonly problem: ProblemText | null;
}

const NOTHING: Dropped = {
  name: '',
  text: '',
  checked: null,
  says: 'An example stands below, its form in docs/register.md.',
  problem: null,
};

/** What is of the register, or graded, counted or watched by it. */
const MOVED = ['register', 'duties', 'playbook', 'claims', 'brief'] as const;

function Entering({ standing }: { readonly standing: boolean }) {
  const api = useApi();
  const client = useQueryClient();
  const [dropped, setDropped] = useState(NOTHING);
  const done = (says: string): void => {
    for (const name of MOVED) void client.invalidateQueries({ queryKey: [name] });
    setDropped({ ...NOTHING, says });
  };
  const saved = useChange('saveRegister', ({ changed, title, log, origin }) =>
    done(
      changed
        ? `Entered into the ${log} log (${origin}): ${title}.`
        : `It stood so already in the ${log} log: nothing was written.`,
    ),
  );
  const removed = useChange('removeRegister', () => done('Yours was taken out; what comes with Weighbridge is left.'));
  const look = async (file: File): Promise<void> => {
    saved.forget();
    removed.forget();
    const text = await file.text();
    const own = { ...NOTHING, name: file.name, text };
    if (text.length > REGISTER_TEXT_MOST)
      return setDropped({ ...own, says: `${file.name} has more than ${REGISTER_TEXT_MOST} characters.` });
    setDropped({ ...own, says: `${file.name} is read.` });
    const answer = await api.ask('checkRegister', { text });
    if (!answer.ok) return setDropped({ ...own, says: `${file.name} could not be read.`, problem: answer.problem });
    setDropped({ ...own, checked: answer.value, says: uploadText(file.name, answer.value).says });
  };
  const failed = [saved.change, removed.change].find(({ state }) => state === 'problem');
  return (
    <Upload
      says={dropped.says}
      upload={dropped.checked === null ? null : uploadText(dropped.name, dropped.checked)}
      problem={failed?.state === 'problem' ? failed.problem : dropped.problem}
      working={[saved.change, removed.change].some(({ state }) => state === 'working')}
      standing={standing}
      onFile={(file) => file !== undefined && void look(file)}
      onEnter={(follows) => saved.run({ text: dropped.text, file: dropped.name.slice(-200), follows })}
      onRemove={() => removed.run({})}
    />
  );
}
