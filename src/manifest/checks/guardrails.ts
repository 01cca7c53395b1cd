import type { Guardrails } from '../../model/guardrails.js';
import { nearest } from '../../model/nearest.js';
import type { Finding } from '../manifest-document.js';

const at = ['spec', 'guardrails', 'changeWindows'];

/** What is wrong with guardrails that are as their schema wants: a time zone that is none, and windows that never open. */
export function guardrailFindings({ changeWindows }: Guardrails): Finding[] {
  if (changeWindows === undefined) return [];
  const { timeZone, windows } = changeWindows;
  return [
    ...(isTimeZone(timeZone) ? [] : [unknownTimeZone(timeZone)]),
    ...windows.flatMap(({ from, to }, index) => (from === to ? [neverOpen(from, index)] : [])),
  ];
}

function isTimeZone(timeZone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions().timeZone !== '';
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

function unknownTimeZone(timeZone: string): Finding {
  const meant = nearest(timeZone, Intl.supportedValuesOf('timeZone'));
  const hint = meant === undefined ? 'Write its IANA name. For example: Europe/Berlin' : `Did you mean \`${meant}\`?`;
  return { code: 'unknown-time-zone', path: [...at, 'timeZone'], message: `There is no time zone ${timeZone}.`, hint };
}

function neverOpen(time: string, index: number): Finding {
  return {
    code: 'empty-window',
    path: [...at, 'windows', String(index), 'to'],
    message: `The window is from ${time} to ${time}: it is never open.`,
    hint: 'For a whole day, write from: "00:00" and to: "24:00".',
  };
}
