import { describe, expect, test } from 'vitest';
import { onStopSignal, type StopSignal } from '../../src/commands/stop-signals.js';

/** What a run does when signals arrive, each so many milliseconds after the one before. */
function after(...signals: readonly (readonly [signal: StopSignal, ms: number])[]): string[] {
  const done: string[] = [];
  let time = 0;
  const onSignal = onStopSignal({
    now: () => time,
    stop: (signal) => void done.push(`stop ${signal}`),
    end: () => void done.push('end'),
  });
  for (const [signal, ms] of signals) {
    time += ms;
    onSignal(signal);
  }
  return done;
}

describe('the first signal stops the run', () => {
  test.each(['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const)('%s', (signal) => {
    expect(after([signal, 0])).toEqual([`stop ${signal}`]);
  });
});

describe('the same signal again', () => {
  test.each(['SIGINT', 'SIGTERM', 'SIGQUIT'] as const)('%s ends the process', (signal) => {
    expect(after([signal, 0], [signal, 500])).toEqual([`stop ${signal}`, 'end']);
  });

  test('counts once where it comes twice in one event', () => {
    expect(after(['SIGTERM', 0], ['SIGTERM', 1], ['SIGTERM', 498])).toEqual(['stop SIGTERM']);
  });

  test('ends the process when a person presses it faster and faster', () => {
    expect(after(['SIGINT', 0], ['SIGINT', 300], ['SIGINT', 300])).toEqual(['stop SIGINT', 'end']);
  });

  test('SIGHUP never ends the process: a closed terminal sends it more than once', () => {
    expect(after(['SIGHUP', 0], ['SIGHUP', 1], ['SIGHUP', 5000])).toEqual(['stop SIGHUP']);
  });
});

describe('two different signals', () => {
  test.each([
    ['SIGHUP', 'SIGTERM'],
    ['SIGTERM', 'SIGHUP'],
    ['SIGINT', 'SIGTERM'],
    ['SIGINT', 'SIGQUIT'],
  ] as const)('%s and %s may be one event', (first, second) => {
    expect(after([first, 0], [second, 5000])).toEqual([`stop ${first}`]);
  });

  test('end the process where one of them comes again', () => {
    expect(after(['SIGHUP', 0], ['SIGTERM', 5000], ['SIGTERM', 5000])).toEqual(['stop SIGHUP', 'end']);
  });
});
