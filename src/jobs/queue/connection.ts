import { Redis } from 'ioredis';
import { AssayError } from '../../base/errors';

/** The name of the queue in Redis, and what its keys begin with. Pools that are to be apart use databases of their own (`redis://host/1`). */
export const QUEUE = { name: 'jobs', prefix: 'assay' } as const;

/** After as long without an answer a connection counts as cut, though nothing has closed it. */
const SILENCE_MS = 20_000;

/**
 * A connection to the Redis of a queue. Once it has stood it comes back whenever it is cut, and commands wait for that.
 *
 * @param url `redis://[user:password@]host[:port][/database]`; `rediss:` for TLS, with the certificates that Node trusts.
 * @param onNotice told, in one line, when it is cut and when it stands again
 * @throws AssayError `queue-unreachable` when it does not come about: no server, a wrong password, no TLS …
 */
export async function connect(url: string, onNotice: (line: string) => void): Promise<Redis> {
  let stands = false;
  let isCut = false;
  let last: Error | undefined;
  const redis = new Redis(url, {
    lazyConnect: true,
    maxRetriesPerRequest: null,
    socketTimeout: SILENCE_MS,
    connectTimeout: SILENCE_MS,
    retryStrategy: (times) => (stands ? Math.min(50 * 2 ** times, 2000) : null),
  });
  redis.on('error', (error: Error) => {
    last = error;
  });
  redis.on('reconnecting', () => {
    if (!isCut)
      onNotice(`the queue at ${withoutSecrets(url)} is gone (${last?.message ?? 'closed'}); trying again`);
    isCut = true;
  });
  redis.on('ready', () => {
    if (isCut) onNotice(`the queue at ${withoutSecrets(url)} is back`);
    isCut = false;
  });
  try {
    await redis.connect();
    await redis.ping();
    stands = true;
    return redis;
  } catch (cause) {
    redis.disconnect();
    throw new AssayError(
      'queue-unreachable',
      {
        what: 'the queue cannot be reached',
        where: withoutSecrets(url),
        got: (last ?? (cause as Error)).message,
        hint: 'is redis-server running there, and are user and password in the address right?',
      },
      { cause },
    );
  }
}

/** Whether the connection is to blame; what `connect` says of it is enough. */
export function isOfConnection(error: Error): boolean {
  return 'syscall' in error || /^(Connection is closed|Socket timeout|connect )/.test(error.message);
}

/** The address without user and password, for messages. */
export function withoutSecrets(url: string): string {
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname === '/' ? '' : pathname}`;
}
