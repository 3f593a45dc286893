// Joins the playbook, what attests its facts, and its view.
import { useQueryClient } from '@tanstack/react-query';
import { AttestForm } from '../features/playbook/attest-view.tsx';
import { factTexts, groupTexts, itemText, playbookHeadline, type FactText } from '../features/playbook/model.ts';
import { ItemPanel, PlaybookPageView } from '../features/playbook/view.tsx';
import { NotYet } from '../features/settings/view.tsx';
import { StillNote, type Still } from '../features/still-view.tsx';
import { useNow } from '../parts/clock/clock.tsx';
import { ON_SAMPLE } from '../url/mount.ts';
import { usePageState } from './navigate.ts';
import { playbookSearch } from './register-search.ts';
import { isWaiting, useAnswer, valueOf } from './use-answer.ts';
import { useChange } from './use-change.ts';

const stillOf = (at: string): Still => (ON_SAMPLE ? 'log' : at === '' ? null : 'moment');

export function PlaybookPage() {
  const { value: search, change, addressFor, addressWith } = usePageState(playbookSearch);
  const now = useNow();
  const asked = useAnswer('playbook', search.at === '' ? {} : { at: search.at }, 'stream');
  const known = valueOf(asked);
  const item = known?.items.find(({ id }) => id === search.sel);
  const still = stillOf(search.at);
  return (
    <PlaybookPageView
      headline={known === null ? null : playbookHeadline(known, search.at, now)}
      groups={known === null ? [] : groupTexts(known)}
      search={search}
      hrefOf={(sel) => addressFor({ sel })}
      change={change}
      busy={isWaiting(asked)}
      beside={
        known === null || item === undefined ? null : (
          <ItemPanel
            key={item.id}
            item={itemText(item)}
            facts={factTexts(known, item)}
            hrefOfEntry={(sel) => addressWith('/journal', { sel })}
            onClose={() => change({ sel: '' })}
            renderForm={(fact) => (still === null && fact.attestable ? <Attest fact={fact} /> : null)}
          />
        )
      }
    >
      <StillNote still={still} what="attest a fact" nowHref={addressFor({ at: '' })} />
      {known === null && (
        <NotYet
          problem={asked.state === 'problem' ? asked.problem : null}
          onRetry={asked.retry}
          label="The playbook is loading"
        />
      )}
    </PlaybookPageView>
  );
}

function Attest({ fact }: { readonly fact: FactText }) {
  const client = useQueryClient();
  const attested = useChange('attest', () => void client.invalidateQueries({ queryKey: ['playbook'] }));
  return <AttestForm fact={fact} change={attested.change} onAttest={attested.run} />;
}
