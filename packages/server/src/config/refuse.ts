// A configuration with an error is refused whole, under the worse of its two codes.
import { refuseErrors, type Problem } from '@weighbridge/document';

/** Throws CONFIG_SECRET or CONFIG_INVALID, naming every error, when the list holds one. */
export function refuseConfig(file: string, problems: readonly Problem[]): void {
  const leaks = problems.some(({ severity, code }) => severity === 'error' && code === 'CONFIG_SECRET');
  refuseErrors({ code: leaks ? 'CONFIG_SECRET' : 'CONFIG_INVALID', what: 'the configuration' }, file, problems);
}
