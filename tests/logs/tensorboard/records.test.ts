import { maskedCrc32c } from '../../../src/logs/tensorboard/crc32c';
import { eventOf } from '../../../src/logs/tensorboard/event';
import { isRecordFile, recordsOf } from '../../../src/logs/tensorboard/records';
import { fieldsOf } from '../../../src/logs/tensorboard/wire';
import { fixture } from '../laboratory';

/** RFC 3720, B.4: CRC-32C of 32 zeros, of 32 ones, of 0 … 31; masked as TFRecord does. */
test.each([
  [new Uint8Array(32), 0x8a9136aa],
  [new Uint8Array(32).fill(0xff), 0x62a8ab43],
  [Uint8Array.from({ length: 32 }, (_, i) => i), 0x46dd794e],
])('CRC-32C', (bytes, crc) => {
  const masked = (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
  expect(maskedCrc32c(bytes, 0, bytes.length)).toBe(masked);
});

/** Not a Buffer, whose slices are the same memory. */
const bytes = new Uint8Array(fixture('tensorboard/healthy/seed-001').files[0].bytes);

test('every bit of the first two records is guarded', () => {
  const two = bytes.slice(0, 200);
  const countOf = (file: Uint8Array): number =>
    [...recordsOf(file)].filter((record) => 'data' in record).length;
  const whole = countOf(two);
  expect(whole).toBeGreaterThan(1);
  const end = two.length - 100;
  for (let at = 0; at < end; at++) {
    const damaged = two.slice();
    damaged[at] ^= 1 << (at % 8);
    expect(countOf(damaged)).toBeLessThan(whole);
  }
  expect(isRecordFile(bytes)).toBe(true);
  expect(isRecordFile(new TextEncoder().encode('epoch,loss\n1,0.5\n'))).toBe(false);
});

test.each([[[0x0a, 5, 1]], [[0x80]], [[0x0b]], [[0x08, ...Array<number>(11).fill(0xff)]]])(
  '%j is no message',
  (numbers) => {
    expect(() => [...fieldsOf(Uint8Array.from(numbers))]).toThrow('not a message of protobuf');
  },
);

test('a scalar in each of the encodings', () => {
  const message = (field: number, ...inside: number[]): number[] => [field * 8 + 2, inside.length, ...inside];
  const float = [...new Uint8Array(Float32Array.of(0.5).buffer)];
  const double = [...new Uint8Array(Float64Array.of(0.1).buffer)];
  const scalarOf = (...value: number[]): number | undefined =>
    eventOf(Uint8Array.from(message(5, ...message(1, ...value)))).values[0].scalar;
  expect(scalarOf(0x15, ...float)).toBe(0.5);
  expect(scalarOf(...message(8, 0x08, 1, ...message(5, ...float)))).toBe(0.5);
  expect(scalarOf(...message(8, 0x08, 1, 0x2d, ...float))).toBe(0.5);
  expect(scalarOf(...message(8, 0x08, 1, ...message(4, ...float)))).toBe(0.5);
  expect(scalarOf(...message(8, 0x08, 2, ...message(6, ...double)))).toBe(0.1);
  expect(scalarOf(...message(8, 0x08, 7, ...message(4, ...float)))).toBeUndefined();
  expect(scalarOf(...message(8, 0x08, 1, ...message(4, ...float, ...float)))).toBeUndefined();
});
