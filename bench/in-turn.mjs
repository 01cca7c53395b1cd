import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const peak = fileURLToPath(new URL('peak.cjs', import.meta.url));

/** Runs the commands in turn, so that a machine that slows down slows all of them; the medians of time and peak memory. */
export function inTurn(times, commands) {
  const samples = commands.map(() => []);
  for (let turn = -1; turn < times; turn += 1) {
    for (const [index, command] of commands.entries()) {
      const sample = once(command);
      if (turn >= 0) samples[index].push(sample);
    }
  }
  return samples.map((ones) => ({ ms: median(ones.map(({ ms }) => ms)), mib: median(ones.map(({ mib }) => mib)) }));
}

/** One run by node: milliseconds, and the peak memory in MiB. Throws where it fails, or does not print what is expected. */
export function once({ args, cwd, env = {}, expect = '' }) {
  const started = performance.now();
  const { status, stdout, output } = spawnSync(process.execPath, ['--require', peak, ...args], {
    cwd,
    encoding: 'utf8',
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  const ms = performance.now() - started;
  if (status !== 0 || !stdout.includes(expect))
    throw new Error(`${args.join(' ')}: ${status}\n${output.join('\n').slice(-2000)}`);
  return { ms, mib: Number(output[3]) / 1024 };
}

function median(numbers) {
  return numbers.toSorted((one, other) => one - other)[Math.floor(numbers.length / 2)];
}
