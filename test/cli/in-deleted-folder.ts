import { execFile } from 'node:child_process';
import { main, type Run, variablesOf } from './program.js';

/** Runs the built program in a folder that is deleted before it starts. */
export function runInDeletedFolder(args: readonly string[], folder: string): Promise<Run> {
  const script = 'rmdir "$PWD" && exec "$0" "$@"';
  return new Promise((resolve) => {
    const options = { cwd: folder, env: variablesOf({ cwd: '/' }) };
    execFile('sh', ['-c', script, process.execPath, main, ...args], options, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr });
    });
  });
}
