import { afterEach, describe, expect, test } from 'vitest';
import { engine, pipeline, webhook } from '../cli/manifests.js';
import { watch, wrongs } from './scenario.js';
import type { Fate } from './wire.js';
import { closeWorlds, openWorld } from './world.js';

afterEach(closeWorlds);

const calls = {
  token: /^POST \/oauth\/token$/u,
  'list engines': /^GET .*\/engines$/u,
  'list webhooks': /^GET .*\/webhooks$/u,
  'create engine': /^POST .*\/engines$/u,
  'change engine': /^PATCH .*\/engines\//u,
  'create webhook': /^POST .*\/webhooks$/u,
  'send audit event': /^POST .*\/logs$/u,
};

/** What becomes of the first request of a kind, and the exit code for each kind in the order of `calls`. */
const matrix: [string, Fate, number[]][] = [
  ['cut off before it arrives', 'cut-before', [0, 0, 0, 7, 0, 7, 8]],
  ['cut off after it was done', 'cut-after', [0, 0, 0, 0, 0, 0, 0]],
  ['left hanging', 'hang', [0, 0, 0, 7, 0, 7, 8]],
  ['answered by half a body', 'truncate', [0, 0, 0, 0, 0, 0, 0]],
  ['answered by no body', 'empty', [1, 1, 1, 0, 0, 0, 0]],
  ['answered 500', { status: 500 }, [0, 0, 0, 7, 0, 7, 8]],
  ['answered 502 though it was done', { status: 502, late: true }, [0, 0, 0, 0, 0, 0, 0]],
  ['redirected', { status: 307, headers: { location: 'https://elsewhere.example.com/' } }, [1, 1, 1, 1, 7, 7, 8]],
  ['answered 403', { status: 403 }, [4, 4, 4, 4, 7, 7, 8]],
  ['answered 409', { status: 409 }, [1, 1, 1, 1, 7, 7, 8]],
  ['answered 412', { status: 412 }, [1, 1, 1, 6, 7, 7, 8]],
  ['answered 429', { status: 429, headers: { 'retry-after': '20' } }, [0, 0, 0, 0, 0, 0, 0]],
];

describe.each(matrix)('a request that is %s', (_what, fate, codes) => {
  test.each(Object.entries(calls).map(([call, sent], index) => ({ call, sent, code: codes[index] })))(
    '$call: apply ends with $code, and the next one makes up for it',
    async ({ sent, code }) => {
      const world = await openWorld({
        documents: [
          engine('Beta', { trafficSplit: 100, audioProcessingOptions: pipeline }),
          webhook('H', { engines: ['SpeechEngine/Beta@1.0.0'] }),
        ],
      });
      let hit = false;
      world.wire.fate = ({ method, path }) => {
        if (hit || !sent.test(`${method} ${path}`)) return undefined;
        hit = true;
        return fate;
      };
      const ended = await world.apply();
      expect({ hit, code: ended.code }).toEqual({ hit: true, code });
      if (code !== 0) expect((await world.apply()).code).toBe(0);
      expect([...(await watch(world)), ...(await wrongs(world))]).toEqual([]);
    },
  );
});
