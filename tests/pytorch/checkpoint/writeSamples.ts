import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { samples } from './samples';

/** `node -r esbuild-register tests/pytorch/checkpoint/writeSamples.ts DIR` writes the samples for PyTorch to read. */
for (const [name, { bytes }] of Object.entries(samples)) writeFileSync(join(process.argv[2], name), bytes);
