import { type Members, readMembers, readNumber, readText, rejectUnknown } from './members.js';
import { readTimestamp } from './read-audit-event.js';

export const RECOGNITION_STATUSES = ['recognized', 'misrecognized', 'noMatch', 'noInput'] as const;
export type RecognitionStatus = (typeof RECOGNITION_STATUSES)[number];

/** How often an engine recognised, misrecognised and so on, at one moment. */
export interface Recognition {
  recognitionId: string;
  speechEngineId: string;
  at: string;
  counts: Readonly<Record<RecognitionStatus, number>>;
}

/** Reads what was posted to the control path; `at` defaults to `now`. Problems go to the details. */
export function readRecognition(members: Members, now: string, newId: () => string): Recognition {
  rejectUnknown(members, ['recognitionId', 'speechEngineId', 'at', 'counts']);
  const counts = readMembers(members, 'counts') ?? { ...members, values: {} };
  rejectUnknown(counts, RECOGNITION_STATUSES);
  const count = (status: RecognitionStatus) =>
    readNumber(counts, status, { min: 0, max: 1_000_000_000, integer: true }, 0);
  return {
    recognitionId: readText(members, 'recognitionId', newId()),
    speechEngineId: readText(members, 'speechEngineId'),
    at: readTimestamp(members, 'at', now),
    counts: {
      recognized: count('recognized'),
      misrecognized: count('misrecognized'),
      noMatch: count('noMatch'),
      noInput: count('noInput'),
    },
  };
}
