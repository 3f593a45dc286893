// The notice above every page of the sample organisation, joined to the instance that shows it.
import { sampleBanner } from '../features/sample/model.ts';
import { SampleBanner } from '../features/sample/view.tsx';
import { useNow } from '../parts/clock/clock.tsx';
import { OWN_BASE } from './navigate.ts';
import { useOwnCalls, useSample } from './use-sample.ts';

export function SampleNotice() {
  const now = useNow();
  const { sample, refused, make, remove } = useSample();
  const own = useOwnCalls(now);
  return (
    <SampleBanner
      text={sampleBanner(sample?.until ?? null, own, now)}
      ownHref={OWN_BASE}
      problem={refused}
      onRemove={() => remove(() => location.assign(OWN_BASE))}
      onMake={make}
    />
  );
}
