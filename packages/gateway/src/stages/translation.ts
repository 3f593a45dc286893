// Stand-in until the dialects package exports its translation.
import type { Fidelity, ResponseTranslator, TranslatedRequest, TranslateOptions } from '@weighbridge/dialects';
import { AppError } from '@weighbridge/kernel';
import type { DialectId } from '@weighbridge/protocol';
export function translateRequest(from: DialectId, to: DialectId, _parsed: unknown, _fidelity: Fidelity, _options: TranslateOptions): TranslatedRequest {
  throw new AppError('FEATURE_UNSUPPORTED', `${from} to ${to} is not translated yet`);
}
export function createTranslator(from: DialectId, to: DialectId, _includeUsage: boolean): ResponseTranslator {
  throw new AppError('FEATURE_UNSUPPORTED', `${from} to ${to} is not translated yet`);
}
