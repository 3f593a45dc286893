// In front of the pages of the sample organisation: while it is made, added up, or not there, the page that says so.
import type { ReactNode } from 'react';
import { sampleGate } from '../features/sample/model.ts';
import { SampleGateView } from '../features/sample/view.tsx';
import { ON_SAMPLE } from '../url/mount.ts';
import { OWN_BASE } from './navigate.ts';
import { useSample } from './use-sample.ts';

export const SampleGate = ({ children }: { readonly children: ReactNode }) =>
  ON_SAMPLE ? <Waiting>{children}</Waiting> : children;

function Waiting({ children }: { readonly children: ReactNode }) {
  const { sample, problem, refused, make } = useSample();
  const text = sampleGate(sample, problem);
  if (text === null) return children;
  return <SampleGateView text={text} problem={refused} ownHref={OWN_BASE} onMake={make} />;
}
