import { lowerCase } from '../model/lower-case.js';

const parts = /^(?<scheme>[a-z][a-z0-9+.-]*):\/\/(?<authority>[^/?#]*)(?<rest>.*)$/isu;
const defaultPorts = new Map([
  ['http', '80'],
  ['https', '443'],
]);

/**
 * An address as it is compared (docs/semantics.md, "State"): scheme and host in lower case, no default port, `/` for an
 * empty path. Nothing else is changed. A text that is no absolute address stays as it is.
 */
export function comparableUrl(text: string): string {
  const { scheme, authority, rest } = parts.exec(text)?.groups ?? {};
  if (scheme === undefined || authority === undefined || rest === undefined) return text;
  const name = lowerCase(scheme);
  const at = authority.lastIndexOf('@') + 1;
  const [, host = '', port = ''] = /^(.*?)(?::(\d*))?$/su.exec(authority.slice(at)) ?? [];
  const shownPort = port === '' || port === defaultPorts.get(name) ? '' : `:${port}`;
  const path = rest.startsWith('/') ? rest : `/${rest}`;
  return `${name}://${authority.slice(0, at)}${lowerCase(host)}${shownPort}${path}`;
}
