import { test as property, fc } from '@fast-check/jest';
import { AssayError } from '../../../src/base/errors';
import { jobOf } from '../../../src/jobs/job';
import { probe } from '../../../src/jobs/kinds/probe';
import {
  answerOfError,
  decodeAnswer,
  decodeJob,
  encodeAnswer,
  encodeJob,
  lineOf,
  MOST_MESSAGE_BYTES,
} from '../../../src/jobs/queue/message';
import { refusal } from '../../refusal';

const job = jobOf(probe, { seed: 5 });

property.prop([fc.array(fc.stringMatching(/^[A-Za-z0-9._-]{1,100}$/), { maxLength: 5 })])(
  'a job arrives as it was sent',
  (not) => {
    expect(decodeJob(encodeJob(job, not))).toEqual({ ...job, not });
  },
);

property.prop([fc.anything()])('whatever is in the queue, it is a message or refused', (value) => {
  for (const decode of [decodeJob, decodeAnswer]) {
    const code = refusal(() => decode(typeof value === 'object' ? JSON.stringify(value) : value))?.code;
    expect(['job-invalid', 'json-syntax']).toContain(code);
  }
});

property.prop([fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' })])(
  'an error arrives, and is one line without control characters',
  (what, got) => {
    const answer = answerOfError(new AssayError('job-refused', { what: what.repeat(50), got }));
    const arrived = decodeAnswer(encodeAnswer({ worker: 'w', ...answer }));
    expect('refused' in arrived && lineOf(arrived.refused.facts)).not.toMatch(/\p{Cc}/u);
  },
);

test.each([
  ['a key more', { worker: 'w', result: {}, extra: 1 }],
  ['a result and a refusal', { worker: 'w', result: {}, bug: 'b' }],
  ['neither', { worker: 'w' }],
  ['a name that is none', { worker: '\u001b[31m', result: {} }],
  ['no name', { result: {}, bug: 'b' }],
])('an answer with %s is refused', (_, answer) => {
  expect(refusal(() => decodeAnswer(JSON.stringify(answer)))?.code).toBe('job-invalid');
});

test('what is too long is refused before it is parsed', () => {
  const tooLong = `{"worker":"w","result":{}${' '.repeat(MOST_MESSAGE_BYTES)}}`;
  expect(refusal(() => decodeAnswer(tooLong))?.facts.what).toBe('a message that is too long');
  expect(decodeAnswer(tooLong.replace(/ {100}/, ''))).toEqual({ worker: 'w', result: {} });
  const big = { worker: 'w', result: { text: 'é'.repeat(MOST_MESSAGE_BYTES / 2) } };
  expect(refusal(() => encodeAnswer(big))?.code).toBe('job-invalid');
});
