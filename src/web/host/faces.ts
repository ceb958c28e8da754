import type * as nodeFiles from '../../base/files';
import type * as nodeGzip from '../../base/gzip';
import type * as nodeMachine from '../../base/machine';
import type * as nodePaths from '../../base/paths';
import type * as nodeSha256 from '../../base/sha256';
import type * as nodeThreads from '../../base/threads';
import type * as nodeTurn from '../../base/turn';
import * as files from './files';
import * as gzip from './gzip';
import * as machine from './machine';
import * as paths from './paths';
import * as sha256 from './sha256';
import * as thread from './thread';
import * as threads from './threads';
import * as turn from './turn';

/**
 * What the build puts in the place of Node's modules has their types, as far as bytes go that are not written to. What a browser does not
 * have is missing here, and a bundle that asks for it is not built.
 */
type Bytes<T> = T extends (...args: infer A) => Promise<Buffer> ? (...args: A) => Promise<Uint8Array> : T;
type Face<M> = { readonly [K in keyof M]: Bytes<M[K]> };

const { setDropped: _, ...ofBoth } = files;
export const FACES: readonly [
  Pick<Face<typeof nodeFiles>, keyof typeof ofBoth>,
  typeof nodeGzip,
  typeof nodeMachine,
  Pick<typeof nodePaths, keyof typeof paths>,
  typeof nodeSha256,
  Pick<typeof nodeThreads, keyof typeof thread>,
  Pick<typeof nodeThreads, keyof typeof threads>,
  typeof nodeTurn,
] = [ofBoth, gzip, machine, paths, sha256, thread, threads, turn];
