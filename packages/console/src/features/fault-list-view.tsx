// What is wrong with a file that is not written on the page: each fault with its line, its reason and what mends it.
import { Icon } from '../parts/icon/view.tsx';
import type { FaultText } from './fault.ts';

export const FaultList = ({ faults }: { readonly faults: readonly FaultText[] }) => (
  <ol className="faults" aria-label="What is wrong">
    {faults.map(({ key, where, what, mend, severity }) => (
      <li key={key} data-tone={severity === 'error' ? 'bad' : 'warn'}>
        <p>
          <Icon name="warn" />
          <span>
            <code>{where}</code> {what} <span className="fault-mend">Mend: {mend}</span>
          </span>
        </p>
      </li>
    ))}
  </ol>
);
