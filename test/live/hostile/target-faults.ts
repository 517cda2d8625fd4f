import type { Fault } from './fault.js';

function method(word: string): Fault {
  return (shot) => ({ ...shot, method: word, name: `method ${word}` });
}

/** Puts something in the place of one part of the path, any but the first. */
function segment(text: string): Fault {
  return (shot, dice) => {
    const [path = '', query] = shot.target.split('?');
    const parts = path.split('/');
    if (parts.length > 2) parts[2 + dice.below(parts.length - 2)] = text;
    else parts.push(text);
    return { ...shot, target: parts.join('/') + (query === undefined ? '' : `?${query}`), name: `path part ${text.slice(0, 60)}` };
  };
}

function inserted(text: string): Fault {
  return (shot, dice) => {
    const at = 1 + dice.below(shot.target.length);
    return { ...shot, target: shot.target.slice(0, at) + text + shot.target.slice(at), name: `${text} in the path` };
  };
}

function query(text: string): Fault {
  return (shot) => ({ ...shot, target: `${shot.target.split('?')[0]}?${text}`, name: `query ${text.slice(0, 60)}` });
}

export const TARGET_FAULTS: readonly Fault[] = [
  ...[
    '..',
    '.',
    '%2e%2e',
    '%2e%2e%2f%2e%2e',
    '..%2f..%2f..%2fetc%2fpasswd',
    '..\\..\\x',
    '%5c..%5c',
    '%00',
    '%0d%0aset-cookie:%20a=b',
    '%ff%fe',
    '%c0%ae%c0%ae',
    '%zz',
    '%',
    '%2',
    '%25%32%65',
    '',
    '~',
    '*',
    ':id',
    '__proto__',
  ].map(segment),
  ...[
    'constructor',
    'requests',
    'a b'.replace(' ', '%20'),
    'a;b=c',
    'a,b',
    '\xe4\xf6',
    '%F0%9F%91%BB',
    'x'.repeat(600),
    'x'.repeat(9000),
    '-1',
    '1e9',
    '00000000-0000-0000-0000-000000000000',
    '%3Cscript%3E',
  ].map(segment),
  ...['//', '/./', '/../', '%2f', '%2F..%2F', '%00', '%', '\\', ';', '#', '?', '%3f'].map(inserted),
  ...[
    'logs=2',
    'logs=1&logs=0',
    'logs[]=1',
    'logs',
    '=',
    '&&&',
    '%',
    '%zz=1',
    '__proto__[x]=1&constructor=2',
    'limit=-1',
    'limit=1e9',
    'limit=abc',
    'cursor=%00',
    'cursor=x'.repeat(50),
    'fal_jwt_token=x.y.z',
  ].map(query),
  ...[
    'account=nobody',
    'account=',
    'endpoint_id=',
    'status=odd',
    'start=yesterday',
    'fal_max_queue_length=-1',
    'fal_max_queue_length=1e9',
    'fal_webhook=x',
    'fal_webhook=http://10.0.0.1/',
    'fal_webhook=file:///etc/passwd',
  ].map(query),
  query(`q=${'x'.repeat(8000)}`),
  query(`q=${'x'.repeat(60_000)}`),
  query('a=b&'.repeat(2000)),
  (shot) => ({ ...shot, target: shot.target.toUpperCase(), name: 'in capitals' }),
  (shot) => ({ ...shot, target: `http://evil.example${shot.target}`, name: 'of another host' }),
  (shot) => ({ ...shot, target: shot.target.slice(1), name: 'without its first slash' }),
  (shot) => ({ ...shot, target: '*', name: 'target *' }),
  (shot) => ({ ...shot, target: `${shot.target}/`.repeat(3), name: 'three times' }),
];

export const METHOD_FAULTS: readonly Fault[] = [
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'DELETE',
  'PATCH',
  'OPTIONS',
  'TRACE',
  'PROPFIND',
  'SEARCH',
  'get',
  'FOO',
  'QUERY',
  'M-SEARCH',
].map(method);
