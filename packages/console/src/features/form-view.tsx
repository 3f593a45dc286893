// Fields of a form, each with its name, what it is for, and what is wrong with what stands in it.
import { useId, type ReactNode } from 'react';

interface FieldProps {
  readonly label: string;
  /** What it is for. */
  readonly says?: string;
  /** What is wrong with it; empty where nothing is. */
  readonly problem?: string | undefined;
}

interface Ids {
  readonly id: string;
  readonly 'aria-describedby': string;
  readonly 'aria-invalid': boolean;
}

function Field({
  label,
  says = '',
  problem = '',
  children,
}: FieldProps & { readonly children: (ids: Ids) => ReactNode }) {
  const id = useId();
  return (
    <div className="form-field">
      <label htmlFor={id}>{label}</label>
      {children({ id, 'aria-describedby': `${id}-says ${id}-bad`, 'aria-invalid': problem !== '' })}
      <p id={`${id}-bad`} className="form-bad" aria-live="polite">
        {problem}
      </p>
      <p id={`${id}-says`} className="form-says">
        {says}
      </p>
    </div>
  );
}

interface TextProps extends FieldProps {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly placeholder?: string;
  readonly most?: number;
  readonly mono?: boolean;
}

export const TextField = ({ value, onChange, placeholder, most = 300, mono = false, ...field }: TextProps) => (
  <Field {...field}>
    {(ids) => (
      <input
        {...ids}
        className={mono ? 'field mono' : 'field'}
        value={value}
        placeholder={placeholder}
        maxLength={most}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => onChange(event.target.value)}
      />
    )}
  </Field>
);

export const AreaField = ({ value, onChange, placeholder, most = 600, ...field }: TextProps) => (
  <Field {...field}>
    {(ids) => (
      <textarea
        {...ids}
        className="field form-area"
        rows={2}
        value={value}
        placeholder={placeholder}
        maxLength={most}
        onChange={(event) => onChange(event.target.value)}
      />
    )}
  </Field>
);

interface SelectProps<C extends string> extends FieldProps {
  readonly value: C;
  readonly choices: readonly { readonly value: C; readonly title: string }[];
  readonly onChange: (value: C) => void;
}

export const SelectField = <C extends string>({ value, choices, onChange, ...field }: SelectProps<C>) => (
  <Field {...field}>
    {(ids) => (
      <select {...ids} className="field" value={value} onChange={(event) => onChange(event.target.value as C)}>
        {choices.map((choice) => (
          <option key={choice.value} value={choice.value}>
            {choice.title}
          </option>
        ))}
      </select>
    )}
  </Field>
);

interface CheckProps {
  readonly label: string;
  readonly says: string;
  readonly value: boolean;
  readonly onChange: (value: boolean) => void;
}

export function CheckField({ label, says, value, onChange }: CheckProps) {
  const id = useId();
  return (
    <div className="form-field form-check">
      <label htmlFor={id}>
        <input
          id={id}
          type="checkbox"
          checked={value}
          aria-describedby={`${id}-says`}
          onChange={(event) => onChange(event.target.checked)}
        />
        {label}
      </label>
      <p id={`${id}-says`} className="form-says">
        {says}
      </p>
    </div>
  );
}
