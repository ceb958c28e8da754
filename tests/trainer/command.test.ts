import { commandOf, trainerRuns } from '../../src/trainer/command';
import { refusal } from '../refusal';

const of = (template: string, conditions = {}): string[] =>
  commandOf(template, { conditions, seed: 3, out: 'runs/x' });

test('values are parts of words, whatever stands in them', () => {
  expect(of(`python "my train.py" --seed {seed} --name={name}' end' {out}`, { name: '$(a) b' })).toEqual([
    ...['python', 'my train.py', '--seed', '3', '--name=$(a) b end', 'runs/x'],
  ]);
});

test.each([
  ['', 'a command without a program'],
  [' \t', 'a command without a program'],
  [`'' {seed}`, 'a command without a program'],
  ['python train.py', 'a command that does not say the seed'],
  ['python train.py {seed} {lr}', 'a name in the command that stands for nothing'],
  ['python "train.py {seed}', 'a quote in the command that does not end'],
  ['python train.py {seed} a\0b', 'a word of the command with a NUL'],
])('%j is refused', (template, what) => {
  const error = refusal(() => of(template));
  expect([error?.code, error?.facts.what]).toEqual(['study-invalid', what]);
});

test('a NUL in a value is refused, too', () => {
  expect(refusal(() => of('a {seed} {name}', { name: 'x\0' }))?.code).toBe('study-invalid');
});

describe('names of runs', () => {
  const names = (values: (string | number)[], name = 'data'): string[] =>
    trainerRuns({ conditions: [{ name, title: name, values }] }, [1]).map((run) => run.name);

  test('stay readable, and in their folder', () => {
    expect(names([0.01, 1e-7], 'lr')).toEqual(['lr0.01-seed1', 'lr1e-7-seed1']);
    expect(names(['/../../escaped/x', 'C:\\a', 'ä b', '%2F'])).toEqual([
      'data%2F..%2F..%2Fescaped%2Fx-seed1',
      'dataC%3A%5Ca-seed1',
      'data%C3%A4%20b-seed1',
      'data%252F-seed1',
    ]);
    expect(names(['x'], '..')).toEqual(['%2E.x-seed1']);
  });

  test('more settings than can be trained are refused before they are made', () => {
    const values = Array.from({ length: 1000 }, (_, i) => i);
    const conditions = ['a', 'b', 'c', 'd'].map((name) => ({ name, values }));
    const error = refusal(() => trainerRuns({ conditions }, [1, 2]));
    expect([error?.code, error?.facts.got]).toEqual(['study-invalid', '2000000000000']);
  });

  test('two settings with one name are refused', () => {
    const conditions = [
      { name: 'a', title: 'a', values: ['1-b1', '1'] },
      { name: 'b', title: 'b', values: ['2', '1-b2'] },
    ];
    const error = refusal(() => trainerRuns({ conditions }, [1]));
    expect(error?.facts).toMatchObject({ got: 'a1-b1-b2-seed1' });
    expect(error?.code).toBe('study-invalid');
  });
});
