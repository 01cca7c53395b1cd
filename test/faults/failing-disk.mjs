// Preloaded into the program (NODE_OPTIONS=--import), so that its ledger's disk fails, or it dies, at a given entry:
// CXONE_TEST_DISK=`FATE ENTRY`, where FATE is what happens when that entry is written: `before it is written`,
// `half written`, `written` and `durable` kill the program there; ENOSPC, EIO, `short` and `none` fail the write, and
// `fsync EIO` its fsync.
import fs from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';

const [, fate = '', entry = ''] = /^(.*) (\d+)$/u.exec(process.env.CXONE_TEST_DISK ?? '') ?? [];
const { open } = fs;

fs.open = async (file, ...rest) => {
  const handle = await open(file, ...rest);
  if (entry !== '' && String(file).endsWith('.jsonl')) endanger(handle);
  return handle;
};
syncBuiltinESMExports();

function endanger(handle) {
  const write = handle.write.bind(handle);
  const datasync = handle.datasync.bind(handle);
  let written = false;
  let over = false;
  const once = (what) => {
    if (over || fate !== what) return false;
    over = true;
    return true;
  };
  handle.write = async (buffer, offset, length, position) => {
    if (!buffer.subarray(offset, offset + length).includes(`"seq":${entry},`))
      return write(buffer, offset, length, position);
    if (once('before it is written')) die();
    if (once('ENOSPC')) throw failure('ENOSPC', 'no space left on device, write');
    if (once('EIO')) throw failure('EIO', 'i/o error, write');
    if (once('none')) return { bytesWritten: 0, buffer };
    const half = once('half written') ? 'dies' : once('short') ? 'lives' : undefined;
    const done = await write(buffer, offset, half === undefined ? length : Math.ceil(length / 2), position);
    written = true;
    if (half === 'dies' || once('written')) die();
    return done;
  };
  handle.datasync = async () => {
    if (written && once('fsync EIO')) throw failure('EIO', 'i/o error, fdatasync');
    await datasync();
    if (written && once('durable')) die();
  };
}

function die() {
  process.kill(process.pid, 'SIGKILL');
}

function failure(code, message) {
  return Object.assign(new Error(`${code}: ${message}`), { code });
}
