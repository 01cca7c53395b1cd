import type { ChangeWindow, Guardrails } from '../../model/guardrails.js';
import type { GuardrailRefusal } from '../../model/refusal.js';
import type { GuardedPlan } from './guarded-plan.js';
import { type Day, type WallClock, wallClock, weekDays } from './wall-clock.js';

/** With clocks further apart, nobody knows what time it is (docs/security.md, "What the trail proves"). */
const maxSkewMs = 5 * 60_000;

/**
 * Refuses every change while no window is open. A window is open while clocks in its time zone show a time from `from` on
 * and before `to`; where `to` is earlier, it ends on the next day.
 */
export function changeWindows(
  { environment, now }: GuardedPlan,
  { changeWindows: rule }: Guardrails,
): GuardrailRefusal[] {
  if (rule === undefined) return [];
  const { timeZone, windows } = rule;
  const skewMs = now.skewMs ?? 0;
  if (Math.abs(skewMs) > maxSkewMs) {
    const message = `CXone's clock is ${apart(skewMs)} this machine's, so whether a change window is open is not known`;
    return [{ code: 'clock-skew', id: environment, message, hint: 'Set the clock of this machine.' }];
  }
  const shown = wallClock(now.ms, timeZone);
  const allowed = `changes are allowed ${windows.map(windowWords).join('; ')} (${timeZone})`;
  const outside = { code: 'outside-change-window', id: environment } as const;
  if (shown === undefined) {
    const message = `this Node.js does not know the time zone ${timeZone}, and ${allowed}`;
    return [{ ...outside, message, hint: 'Run it with a Node.js that has all time zones.' }];
  }
  if (windows.some((window) => isOpen(window, shown))) return [];
  const message = `it is ${capital(shown.day)} ${shown.time}, and ${allowed}`;
  return [{ ...outside, message, hint: 'Apply again within a change window.' }];
}

function isOpen({ days, from, to }: ChangeWindow, { day, time }: WallClock): boolean {
  if (from < to) return days.includes(day) && from <= time && time < to;
  return (days.includes(day) && from <= time) || (days.includes(dayBefore(day)) && time < to);
}

function dayBefore(day: Day): Day {
  return weekDays[(weekDays.indexOf(day) + 6) % 7] ?? day;
}

/** `Monday to Thursday 09:00 to 16:00`, `Saturday, Sunday 22:00 to 04:00 of the next day`. */
function windowWords({ days, from, to }: ChangeWindow): string {
  return `${dayWords(days)} ${from} to ${to}${from < to ? '' : ' of the next day'}`;
}

/** Three days and more in a row are told by the first and the last. */
function dayWords(days: readonly Day[]): string {
  const runs: Day[][] = [];
  for (const day of weekDays) {
    if (!days.includes(day)) continue;
    const last = runs.at(-1);
    if (last?.at(-1) === dayBefore(day)) last.push(day);
    else runs.push([day]);
  }
  const words = runs.map((run) => {
    const names = run.map(capital);
    return names.length < 3 ? names.join(', ') : `${names[0]} to ${names.at(-1)}`;
  });
  return words.join(', ');
}

function capital(day: Day): string {
  return day.charAt(0).toUpperCase() + day.slice(1);
}

/** `7 minutes ahead of`, `2 hours behind`. */
function apart(skewMs: number): string {
  const minutes = Math.round(Math.abs(skewMs) / 60_000);
  const words = minutes < 120 ? `${minutes} minutes` : `${Math.round(minutes / 60)} hours`;
  return `${words} ${skewMs > 0 ? 'ahead of' : 'behind'}`;
}
