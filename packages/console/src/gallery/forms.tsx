// Gallery: fields of forms, each as it stands, filled, and with what is wrong with it; a place to drop a file, and a file's faults.
import { useState } from 'react';
import { FaultList } from '../features/fault-list-view.tsx';
import { FileDrop } from '../features/file-drop-view.tsx';
import { AreaField, CheckField, SelectField, TextField } from '../features/form-view.tsx';
import { Row, Section } from './section.tsx';

const KINDS = [
  { value: 'ticket', title: 'a ticket' },
  { value: 'receipt', title: 'a receipt of the journal' },
] as const;

const FAULTS = [
  {
    key: '1',
    line: 12,
    column: 5,
    where: 'line 12',
    what: '“harbour-clod” is no party of the register.',
    mend: 'did you mean “harbour-cloud”?',
    severity: 'error',
  },
  {
    key: '2',
    line: 0,
    column: 1,
    where: 'the whole file',
    what: 'Nobody is named as SLA provider.',
    mend: 'ask the seller, and name the party with its source',
    severity: 'warning',
  },
] as const;

export function Forms() {
  const [text, setText] = useState('');
  const [filled, setFilled] = useState('OPS-17');
  const [kind, setKind] = useState<(typeof KINDS)[number]['value']>('ticket');
  const [serious, setSerious] = useState(false);
  const [file, setFile] = useState('No file was chosen yet.');
  return (
    <Section id="forms" title="Forms">
      <Row name="Fields" wide>
        <TextField
          label="Shown by"
          says="what shows that it is so"
          placeholder="OPS-17"
          value={text}
          onChange={setText}
        />
        <TextField label="Shown by, filled" mono value={filled} onChange={setFilled} />
        <TextField
          label="Shown by, refused"
          value={text}
          problem="Name what shows it: a ticket, a receipt, a document."
          onChange={setText}
        />
        <AreaField label="Note" says="for whoever reads it later" value={text} onChange={setText} />
        <SelectField label="What it is" value={kind} choices={KINDS} onChange={setKind} />
        <CheckField label="Serious" says="an authority has to be told" value={serious} onChange={setSerious} />
      </Row>
      <Row name="A file" wide>
        <FileDrop label="Drop a file here, or choose it" says={file} onFile={(given) => setFile(given?.name ?? file)} />
        <FileDrop
          small
          label="The same, where there is little room"
          says={file}
          state="bad"
          onFile={(given) => setFile(given?.name ?? file)}
        />
      </Row>
      <Row name="What is wrong with a file" wide>
        <FaultList faults={FAULTS} />
      </Row>
    </Section>
  );
}
