// Joins the playground: whom it may speak for, what was asked in this tab, and the address.
import { useSyncExternalStore } from 'react';
import { askedOf, earlierText, playForm, playHeadline, runText } from '../features/playground/model.ts';
import { snippetsOf } from '../features/playground/snippet.ts';
import { PlaygroundView } from '../features/playground/view.tsx';
import { ON_SAMPLE } from '../url/mount.ts';
import { OWN_BASE, usePageState } from './navigate.ts';
import { usePlayStore } from './playground-context.tsx';
import { playgroundSearch } from './search-state.ts';
import { problemOf, useAnswer, valueOf } from './use-answer.ts';

export function PlaygroundPage() {
  const { value: search, change, hrefOf } = usePageState(playgroundSearch);
  const shown = useAnswer('playground', ON_SAMPLE ? null : {});
  const status = useAnswer('status', {});
  const store = usePlayStore();
  const { draft, rounds } = useSyncExternalStore(store.watch, store.state);
  const known = valueOf(shown);
  const chosen = {
    as: search.as,
    models: search.models.split(',').filter((name) => name !== ''),
    max: search.max,
    temperature: search.temp,
  };
  const form = known === null ? null : playForm(known.as, chosen);
  const asked = askedOf(form, chosen, draft);
  const [newest, ...earlier] = rounds;
  const origin = valueOf(status)?.origin ?? '';
  const [first] = form?.models ?? [];
  return (
    <PlaygroundView
      still={ON_SAMPLE ? `${OWN_BASE}playground` : null}
      headline={playHeadline(newest)}
      problem={problemOf(shown)}
      empty={known !== null && form === null}
      form={form}
      chosen={chosen}
      draft={draft}
      ready={asked !== null}
      runs={newest?.runs.map((run) => runText(run, hrefOf)) ?? []}
      prompt={newest?.asked.prompt ?? ''}
      earlier={earlier.map((round) => earlierText(round, hrefOf))}
      snippets={asked === null || first === undefined ? [] : snippetsOf({ origin, model: first, asked })}
      change={({ models, temperature: temp, ...more }) =>
        change({
          ...more,
          ...(models === undefined ? {} : { models: models.join(',') }),
          ...(temp === undefined ? {} : { temp }),
        })
      }
      onDraft={store.setDraft}
      onAsk={() => {
        if (asked !== null && form !== null) store.ask(asked, form.models);
      }}
      onStop={store.stop}
      onClear={store.clear}
      onRetry={shown.retry}
    />
  );
}
