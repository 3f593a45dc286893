// What whoever asks in the first seconds after a start is told: no fault, and nothing to be done about it.
import { AppError } from '@weighbridge/kernel';

export const notYetOpen = (): AppError =>
  new AppError('DATABASE_UNAVAILABLE', 'the tables are being opened; calls are carried, weighed and sealed meanwhile', {
    next: 'wait a moment: the console asks again by itself, a program asks again',
  });
