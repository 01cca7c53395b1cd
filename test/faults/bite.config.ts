import { fileURLToPath } from 'node:url';
import { defineConfig, mergeConfig } from 'vitest/config';
import base from '../../vitest.config.js';
import { mutations } from './mutations.js';

const mutation = mutations.find(({ name }) => name === process.env['BITE']);
if (mutation === undefined) throw new Error(`BITE: there is no mutation ${process.env['BITE']}`);
const { file, replace } = mutation;
const target = fileURLToPath(new URL(`../../${file}`, import.meta.url));

/** The tests on sources in which one thing is switched off; `npm run bite`. */
export default mergeConfig(
  base,
  defineConfig({
    root: fileURLToPath(new URL('../../', import.meta.url)),
    plugins: [
      {
        name: 'bite',
        enforce: 'pre',
        transform(code, id) {
          if (id !== target) return undefined;
          return replace.reduce((text, [from, to]) => {
            if (text.split(from).length !== 2) throw new Error(`${file}: it does not hold exactly once: ${from}`);
            return text.replace(from, () => to);
          }, code);
        },
      },
    ],
    test: { bail: 1, globalSetup: [], testTimeout: 30_000 },
  }),
);
