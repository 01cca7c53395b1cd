import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, describe, expect, it } from 'vitest';
import { type Fate, openWire, type Wire } from '../faults/wire.js';
import { engine } from './manifests.js';
import { closeWorlds, openWorld } from './world.js';

const wires: Wire[] = [];
afterAll(async () => {
  await Promise.all(wires.map((wire) => wire.close()));
  await closeWorlds();
});

const main = path.resolve('dist/main.js');
const peak = path.resolve('bench/peak.cjs');
const htmlPage = '<html><title>502 Bad Gateway</title></html>';

/** Of one list, one create and one audit event each: how an apply ends, and what it says. */
const faults: [string, RegExp, Fate, number, RegExp][] = [
  ['a list that is cut off', /^GET .*engines$/u, 'cut-before', 0, /1 applied/u],
  ['a list that hangs', /^GET .*engines$/u, 'hang', 0, /waiting 0\.\d s \(no usable answer yet\): GET/u],
  ['a list that drips', /^GET .*engines$/u, 'drip', 0, /1 applied/u],
  [
    'a list without JSON',
    /^GET .*engines$/u,
    'page',
    1,
    /engines answered 200 with a body that is not JSON\. Correlation/u,
  ],
  ['a list of no bytes', /^GET .*engines$/u, 'empty', 1, /engines answered 200 with an empty body\. Correlation id/u],
  ['a list of 200 MiB', /^GET .*engines$/u, 'flood', 1, /engines answered 200.*larger than 16 MiB\. Correlation id/u],
  [
    'a list that is a gzip bomb',
    /^GET .*engines$/u,
    'bomb',
    1,
    /engines answered 200.*larger than 16 MiB\. Correlation/u,
  ],
  ['a list of half a body', /^GET .*engines$/u, 'truncate', 0, /1 applied/u],
  [
    'a token that is elsewhere',
    /token$/u,
    { status: 308, headers: { location: 'https://x.example.com/?s' } },
    1,
    /answered 308: a redirect to https:\/\/x\.example\.com\/, and redirects are never followed\. Correlation id/u,
  ],
  [
    'a token of a proxy',
    /token$/u,
    { status: 502, body: htmlPage },
    0,
    /waiting 0\.\d s \(no usable answer yet\): POST/u,
  ],
  [
    'a create that is cut off',
    /^POST .*engines$/u,
    'cut-before',
    7,
    /SpeechEngine\/IVR@1\.0\.0[^]*not listed\. Correlation id/u,
  ],
  ['a create that is cut off when it is done', /^POST .*engines$/u, 'cut-after', 0, /1 applied/u],
  ['a create behind a proxy', /^POST .*engines$/u, { status: 502, body: htmlPage, late: true }, 0, /1 applied/u],
  [
    'a create that is refused',
    /^POST .*engines$/u,
    { status: 403 },
    4,
    /POST answered 403: A fault of the wire\. Correlation/u,
  ],
  ['an event that is cut off', /^POST .*logs$/u, 'cut-before', 8, /1 audit event pending/u],
  ['a server that goes', /^POST .*engines$/u, 'gone', 7, /the connection was refused/u],
];

describe.concurrent('the program, when there is', () => {
  it.each(faults)('%s', async (_what, sent, fate, code, said) => {
    const world = await openWorld();
    const wire = await openWire(world.simulator.url);
    wires.push(wire);
    let met = false;
    wire.fate = ({ method, path: at }) => {
      if (met || !sent.test(`${method} ${at}`)) return undefined;
      met = true;
      return fate;
    };
    await world.write('dev/a.yaml', engine('IVR'));
    const args = ['apply', 'dev', '--auto-approve', '--timeout', '2', '--endpoint', wire.url];
    const ended = await world.cli(...args);
    const printed = `${ended.stdout}\n${ended.stderr}`;
    expect([ended.code, printed]).toEqual([code, expect.stringMatching(said)]);
  });

  it.each(['flood', 'bomb'] as const)('an answer of 200 MiB (%s): its memory stays bounded', async (fate) => {
    const world = await openWorld();
    const wire = await openWire(world.simulator.url);
    wires.push(wire);
    await world.write('dev/a.yaml', engine('IVR'));
    const usual = await peakOf(world.folder, wire.url);
    wire.fate = ({ path: at }) => (at.endsWith('/engines') ? fate : undefined);
    // An answer may hold 16 MiB, and is held as bytes, joined and decoded.

    expect(await peakOf(world.folder, wire.url)).toBeLessThan(usual + 100);
  });
});

/** The most memory that a plan takes, in MiB. */
async function peakOf(cwd: string, endpoint: string): Promise<number> {
  const args = ['--require', peak, main, 'plan', 'dev', '--endpoint', endpoint];
  const env = { PATH: process.env['PATH'] ?? '', CXONE_CLIENT_ID: 'ci', CXONE_CLIENT_SECRET: 'simulator-secret' };
  const child = spawn(process.execPath, args, { cwd, env, stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
  const told = child.stdio[3];
  if (!(told instanceof Readable)) throw new Error('it tells nothing');
  const [kibibytes] = await Promise.all([text(told), once(child, 'close')]);
  expect(Number(kibibytes)).toBeGreaterThan(10_000);
  return Number(kibibytes) / 1024;
}
